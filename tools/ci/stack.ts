import path from "node:path";
import { LocalWorkspace, type OpMap, type Stack } from "@pulumi/pulumi/automation";
import { messageOf } from "../../functions/shared/errors";
import { loadProgram } from "../../local/program/runProgram";

const PROJECT = path.join(__dirname, "..", "..");
const USAGE = "Usage: npm run stack -- preview|up|drift STACK";

/**
 * `npm run stack -- preview|up|drift STACK`: what the workflows do to a stack, here as there. The backend, the
 * credentials and the key of the stack's secrets come from the environment, as for the Pulumi CLI, which does the work;
 * `CONTACT` sets the setting of that name. The engine's own output goes to standard output.
 *
 * `drift` compares the state with the cloud and changes neither; the exit status is 1 where they differ.
 */
async function main([command = "", name = ""]: string[]): Promise<void> {
  const operation = OPERATIONS[command];
  if (operation === undefined || name === "") throw new Error(USAGE);
  process.chdir(PROJECT);
  const program = () => loadProgram({ directory: PROJECT, program: path.join(PROJECT, "index.ts") });
  const stack = await LocalWorkspace.selectStack(
    { stackName: name, projectName: "data-quest", program },
    { workDir: PROJECT },
  );
  const { CONTACT } = process.env;
  if (CONTACT) await stack.setConfig("contact", { value: CONTACT });
  await operation(stack);
}

const SHOW = { color: "never", onOutput: (text: string) => void process.stdout.write(text) } as const;

const OPERATIONS: Record<string, (stack: Stack) => Promise<void>> = {
  async preview(stack) {
    await stack.preview({ ...SHOW, diff: true });
  },
  async up(stack) {
    await stack.up(SHOW);
  },
  async drift(stack) {
    const { changeSummary } = await stack.previewRefresh(SHOW);
    const differing = differences(changeSummary);
    if (differing > 0)
      throw new Error(`${differing} resources are not as the state of '${stack.name}' has them.`);
  },
};

function differences(changes: OpMap = {}): number {
  return Object.entries(changes).reduce(
    (sum, [operation, count]) => sum + (operation === "same" ? 0 : count),
    0,
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
