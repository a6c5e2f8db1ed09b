import { closeAfter, closeOnError } from "@data-quest/local-aws/closeAll";
import { Listr, ListrLogger, ListrLogLevels, type ListrTask, ProcessOutput } from "listr2";
import { copyBucket, prepareCopy } from "../session/copyBucket";
import { type Outcome, readOutcome } from "../session/currentReport";
import { describeDay } from "../session/describeDay";
import { type EnterKey, openEnterKey } from "../session/enter";
import { unlessAborted } from "../session/interruption";
import { openPage } from "../session/openPage";
import { type Day, type Session, type SessionOptions, startSession } from "../session/session";
import { explain } from "../shared/explain";

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
  /** Puts what went wrong in the reader's own terms. */
  reword(text: string): string;
}

/** Filled in step by step. */
interface Progress {
  /** Where it is waited for. */
  enter?: EnterKey;
  session?: Session;
  lastDay?: Day;
  outcome?: Outcome;
  /** Why the steps ended early. */
  end?: { reason: unknown };
}

/** Names a failed step without its error, which the caller reports; prints details below the title, without an icon. */
class StepLogger extends ListrLogger {
  override log(...[level, message, options]: Parameters<ListrLogger["log"]>): void {
    const [title = "", ...details] = String(message).split("\n");
    super.log(level, title, level === ListrLogLevels.FAILED ? undefined : options);
    for (const line of details) this.toStdout(line);
  }
}

/** Marks a step as failed but lets later steps run; the outcome's problems say what is wrong. */
class StepFailure extends Error {
  override name = "StepFailure";
}

/**
 * Deploys, runs the days, checks the report, copies: each step is shown as it happens, on standard error, so that
 * standard output holds the results alone.
 *
 * A day, a check or a copy that fails is shown as failed and listed in the outcome's problems; later steps still run.
 *
 * @throws what a step throws, or the signal's reason; then the session is closed.
 */
export async function runSteps(steps: Steps): Promise<Outcome & { session: Session }> {
  if (steps.out !== undefined) await prepareCopy(steps.out);
  const progress: Progress = steps.pause && steps.days > 1 ? { enter: openEnterKey(process.stdin) } : {};
  return closeAfter(
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
    // addStep decides whether the steps after a failed one run.
    exitOnError: false,
  });
  addDeployment(tasks, steps);
  for (let number = 1; number <= steps.days; number++) addDay(tasks, number, steps);
  addCheck(tasks, steps);
  if (steps.out !== undefined) addCopy(tasks, steps.out);
  return closeOnError(
    async () => {
      await tasks.run();
      if (progress.end !== undefined) throw progress.end.reason;
      steps.session.signal.throwIfAborted();
      return { ...required(progress.outcome), session: required(progress.session) };
    },
    async () => progress.session?.close(),
  );
}

function addDeployment(tasks: Listr<Progress>, { session: options, days, open }: Steps): void {
  const title = `Deploy the program (stack ${options.stack}) to ${options.endpoint ?? "a cloud on this machine"}`;
  addStep(tasks, title, async (progress, task) => {
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
  });
}

function addDay(tasks: Listr<Progress>, number: number, { days, reword, session: { signal } }: Steps): void {
  const title = days === 1 ? "Run the schedule" : `Day ${number} of ${days}`;
  addStep(tasks, title, async (progress, task) => {
    const { enter } = progress;
    if (enter !== undefined && number > 1) {
      task.output = "change the upstream if you like, then press Enter";
      await unlessAborted(signal, () => enter.pressed());
    }
    const day = await required(progress.session).runDay((text) => {
      task.output = text;
    });
    progress.lastDay = day;
    task.title = [title, ...describeDay(day).map(reword)].join("\n  ");
    if (day.invocations.some(({ error }) => error !== undefined)) throw new StepFailure(title);
  });
}

function addCheck(tasks: Listr<Progress>, { reword }: Steps): void {
  addStep(tasks, "Check the report against its inputs", async (progress, task) => {
    const { report, problems } = await readOutcome(required(progress.session), required(progress.lastDay));
    progress.outcome = { report, problems: problems.map(reword) };
    task.title = "The report is there and up to date with upstream";
    if (problems.length === 0) return;
    task.title = "The report is not what it should be";
    throw new StepFailure(task.title);
  });
}

function addCopy(tasks: Listr<Progress>, directory: string): void {
  addStep(tasks, `Copy the bucket to ${directory}`, async (progress, task) => {
    try {
      task.title = `Copied ${await copyBucket(required(progress.session), directory)} objects to ${directory}`;
    } catch (error) {
      task.title = `The bucket was not copied to ${directory}, or only in part`;
      required(progress.outcome).problems.push(`${task.title}: ${explain(error)}`);
      throw new StepFailure(task.title);
    }
  });
}

type Work = ListrTask<Progress>["task"];

/** Adds a step. A StepFailure fails only this step; after any other error no further step runs. */
function addStep(tasks: Listr<Progress>, title: string, work: Work): void {
  tasks.add({
    title,
    enabled: (progress) => progress.end === undefined,
    async task(progress, task) {
      try {
        await work(progress, task);
      } catch (error) {
        if (!(error instanceof StepFailure)) progress.end = { reason: error };
        throw error;
      }
    },
  });
}

/** What an earlier step has to have left. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An earlier step did not run.");
  return value;
}
