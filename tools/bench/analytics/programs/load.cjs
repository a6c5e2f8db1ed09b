/** How long loading a module takes, in a process that has only started. Argument: the module. */
const began = performance.now();
require(process.argv[2]);
process.stdout.write(JSON.stringify({ loadMs: performance.now() - began }), () => process.exit());
