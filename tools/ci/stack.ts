import path from "node:path";
import { loadProgram } from "@data-quest/local-pulumi/program/loadProgram";
import { LocalWorkspace, type OpMap, type Stack } from "@pulumi/pulumi/automation";
import { Argument, Command } from "commander";
import { runCommand } from "../../commands/shared/runCommand";
import { PROJECT_DIRECTORY } from "../directories";

/**
 * `npm run stack -- preview|up|drift STACK`: runs an operation of the workflows on a stack, from any machine. The backend,
 * the credentials and the key of the stack's secrets come from the environment, as for the Pulumi CLI, which does the
 * work; `CONTACT` sets the setting `contact`. The engine's output goes to standard output.
 */
const command = new Command("npm run stack --")
  .description("Runs an operation of the workflows on a stack.")
  .addArgument(
    new Argument(
      "<operation>",
      "preview: show what `up` would do; up: deploy; drift: compare the state with the cloud, change neither, and exit " +
        "with status 1 if they differ",
    ).choices(["preview", "up", "drift"]),
  )
  .argument("<stack>", "its name, e.g. dev")
  .action(async (operation: keyof typeof OPERATIONS, name: string) =>
    OPERATIONS[operation](await openStack(name)),
  );

async function openStack(name: string): Promise<Stack> {
  process.chdir(PROJECT_DIRECTORY);
  const program = () =>
    loadProgram({ directory: PROJECT_DIRECTORY, program: path.join(PROJECT_DIRECTORY, "index.ts") });
  const stack = await LocalWorkspace.selectStack(
    { stackName: name, projectName: "data-quest", program },
    { workDir: PROJECT_DIRECTORY },
  );
  const { CONTACT } = process.env;
  if (CONTACT) await stack.setConfig("contact", { value: CONTACT });
  return stack;
}

const SHOW = { color: "never", onOutput: (text: string) => void process.stdout.write(text) } as const;

const OPERATIONS = {
  async preview(stack: Stack) {
    await stack.preview({ ...SHOW, diff: true });
  },
  async up(stack: Stack) {
    await stack.up(SHOW);
  },
  async drift(stack: Stack) {
    const { changeSummary } = await stack.previewRefresh(SHOW);
    const differing = differences(changeSummary);
    if (differing > 0) throw new Error(`${differing} resources differ from the state of '${stack.name}'.`);
  },
};

function differences(changes: OpMap = {}): number {
  return Object.entries(changes).reduce(
    (sum, [operation, count]) => sum + (operation === "same" ? 0 : count),
    0,
  );
}

void runCommand(command);
