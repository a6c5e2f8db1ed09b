/** Measures how long a new process takes to load a module. Argument: the module. */
const began = performance.now();
require(process.argv[2]);
process.stdout.write(JSON.stringify({ loadMs: performance.now() - began }), () => process.exit());
