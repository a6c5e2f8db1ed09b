import { Listr, ListrLogger, ListrLogLevels, ProcessOutput } from "listr2";
import { orClose, thenClose } from "./cloud/closeAll";
import { explain } from "./explain";
import { copyBucket, prepareCopy } from "./session/copyBucket";
import { type Outcome, readOutcome } from "./session/currentReport";
import { describeDay } from "./session/describeDay";
import { type EnterKey, openEnterKey } from "./session/enter";
import { unlessAborted } from "./session/interruption";
import { openPage } from "./session/openPage";
import { type Day, type Session, type SessionOptions, startSession } from "./session/session";

/** What `npm start` does before it prints the reports. */
export interface Steps {
  session: SessionOptions & { signal: AbortSignal };
  days: number;
  /** Wait for Enter before each day but the first. */
  pause: boolean;
  /** Open the page in a browser as soon as it is there. */
  open: boolean;
  /** Where the data bucket is copied to in the end. */
  out: string | undefined;
}

/** Filled in step by step. */
interface Progress {
  /** Where it is waited for. */
  enter?: EnterKey;
  session?: Session;
  lastDay?: Day;
  outcome?: Outcome;
}

/** A failed step is named, no more: who runs the steps tells the error. */
class StepLogger extends ListrLogger {
  override log(...[level, message, options]: Parameters<ListrLogger["log"]>): void {
    super.log(level, message, level === ListrLogLevels.FAILED ? undefined : options);
  }
}

/**
 * Deploys, runs the days, checks the report, copies: each step is shown as it happens, on standard error, so that
 * standard output holds the results alone.
 *
 * A copy that fails is one of the problems of the outcome: the report is there all the same.
 *
 * @throws what a step throws, or the signal's reason; then the session is closed.
 */
export async function runSteps(steps: Steps): Promise<Outcome & { session: Session }> {
  if (steps.out !== undefined) await prepareCopy(steps.out);
  const progress: Progress = steps.pause && steps.days > 1 ? { enter: openEnterKey(process.stdin) } : {};
  return thenClose(
    () => runTasks(steps, progress),
    async () => progress.enter?.close(),
  );
}

async function runTasks(steps: Steps, progress: Progress): Promise<Outcome & { session: Session }> {
  const logger = new StepLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const tasks = new Listr<Progress>([], {
    ctx: progress,
    rendererOptions: { logger, collapseSubtasks: false, showErrorMessage: false },
    fallbackRendererOptions: { logger },
    registerSignalListeners: false,
  });
  addDeployment(tasks, steps);
  for (let number = 1; number <= steps.days; number++) addDay(tasks, number, steps);
  addCheck(tasks);
  if (steps.out !== undefined) addCopy(tasks, steps.out);
  return orClose(
    async () => {
      await tasks.run();
      steps.session.signal.throwIfAborted();
      return { ...required(progress.outcome), session: required(progress.session) };
    },
    async () => progress.session?.close(),
  );
}

function addDeployment(tasks: Listr<Progress>, { session: options, days, open }: Steps): void {
  tasks.add({
    title: `Deploy the program (stack ${options.stack}) to ${options.endpoint ?? "a cloud on this machine"}`,
    async task(progress, task) {
      progress.session = await startSession({
        ...options,
        onProgress(text) {
          task.output = text;
        },
      });
      const counts = Object.entries(progress.session.deployment.counts).filter(([, count]) => count > 0);
      task.title = `Deployed: ${counts.map(([operation, count]) => `${count} ${operation}`).join(", ")}`;
      const page = progress.session.output("websiteUrl");
      if (days > 1) task.title += `\n  The page follows the days: ${page}`;
      if (open) await openPage(page);
    },
  });
}

function addDay(tasks: Listr<Progress>, number: number, { days, session: { signal } }: Steps): void {
  const title = days === 1 ? "Run the schedule" : `Day ${number} of ${days}`;
  tasks.add({
    title,
    async task(progress, task) {
      const { enter } = progress;
      if (enter !== undefined && number > 1) {
        task.output = "change the upstream if you like, then press Enter";
        await unlessAborted(signal, () => enter.pressed());
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
      try {
        task.title = `Copied ${await copyBucket(required(progress.session), directory)} objects to ${directory}`;
      } catch (error) {
        task.title = `The bucket is not copied to ${directory}, or not all of it`;
        required(progress.outcome).problems.push(`${task.title}: ${explain(error)}`);
      }
    },
  });
}

/** What an earlier step has to have left. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An earlier step did not run.");
  return value;
}
