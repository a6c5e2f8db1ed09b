import { createInterface } from "node:readline";
import { Listr, ListrLogger, ProcessOutput } from "listr2";
import { copyBucket } from "./session/copyBucket";
import { type Outcome, readOutcome } from "./session/currentReport";
import { describeDay } from "./session/describeDay";
import { type Day, type Session, type SessionOptions, startSession } from "./session/session";

/** What `npm start` does before it prints the reports. */
export interface Steps {
  session: SessionOptions;
  days: number;
  /** Wait for Enter before each day but the first. */
  pause: boolean;
  /** Where the data bucket is copied to in the end. */
  out: string | undefined;
}

/** Filled in step by step. */
interface Progress {
  session?: Session;
  lastDay?: Day;
  outcome?: Outcome;
}

/**
 * Deploys, runs the days, checks the report, copies: each step is shown as it happens, on standard error, so that
 * standard output holds the results alone.
 *
 * @throws what a step throws; then the session is closed.
 */
export async function runSteps(steps: Steps): Promise<Outcome & { session: Session }> {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const progress: Progress = {};
  const tasks = new Listr<Progress>([], {
    ctx: progress,
    rendererOptions: { logger, collapseSubtasks: false },
    fallbackRendererOptions: { logger },
  });
  addDeployment(tasks, steps.session);
  for (let number = 1; number <= steps.days; number++) addDay(tasks, number, steps);
  addCheck(tasks);
  if (steps.out !== undefined) addCopy(tasks, steps.out);
  try {
    await tasks.run();
    return { ...required(progress.outcome), session: required(progress.session) };
  } catch (error) {
    await progress.session?.close();
    throw error;
  }
}

function addDeployment(tasks: Listr<Progress>, options: SessionOptions): void {
  tasks.add({
    title: `Deploy the program (stack ${options.stack}) to a cloud on this machine`,
    async task(progress, task) {
      progress.session = await startSession({
        ...options,
        onProgress(text) {
          task.output = text;
        },
      });
      const counts = Object.entries(progress.session.deployment.counts).filter(([, count]) => count > 0);
      task.title = `Deployed: ${counts.map(([operation, count]) => `${count} ${operation}`).join(", ")}`;
    },
  });
}

function addDay(tasks: Listr<Progress>, number: number, { days, pause }: Steps): void {
  const title = days === 1 ? "Run the schedule" : `Day ${number} of ${days}`;
  tasks.add({
    title,
    async task(progress, task) {
      if (pause && number > 1) {
        task.output = "change the upstream if you like, then press Enter";
        await untilEnter();
      }
      progress.lastDay = await required(progress.session).runDay((text) => {
        task.output = text;
      });
      task.title = [title, ...describeDay(progress.lastDay)].join("\n  ");
    },
  });
}

function addCheck(tasks: Listr<Progress>): void {
  tasks.add({
    title: "Check the report against its inputs",
    async task(progress, task) {
      progress.outcome = await readOutcome(required(progress.session), required(progress.lastDay));
      const good = progress.outcome.problems.length === 0;
      task.title = good
        ? "The report is there, and of what upstream has now"
        : "The report is not what it should be";
    },
  });
}

function addCopy(tasks: Listr<Progress>, directory: string): void {
  tasks.add({
    title: `Copy the bucket to ${directory}`,
    async task(progress, task) {
      task.title = `Copied ${await copyBucket(required(progress.session), directory)} objects to ${directory}`;
    },
  });
}

/** What an earlier step has to have left. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An earlier step did not run.");
  return value;
}

/** Resolves at the next line on standard input, or at its end. */
async function untilEnter(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  await new Promise<void>((resolve) => lines.once("line", () => resolve()).once("close", () => resolve()));
  lines.close();
}
