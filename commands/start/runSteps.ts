import { closeAfter, closeOnError } from "@data-quest/local-aws/closeAll";
import type { Deployment } from "@data-quest/local-pulumi/program/deploy";
import { Listr, ListrLogger, ListrLogLevels, type ListrTask, ProcessOutput } from "listr2";
import { type CheckedReport, checkReport } from "../session/checkReport";
import { copyBucket, prepareCopy } from "../session/copyBucket";
import { type EnterKey, openEnterKey } from "../session/enterKey";
import { formatDayEvents } from "../session/formatDayEvents";
import { openPage } from "../session/openPage";
import { type DayEvents, type Session, type SessionOptions, startSession } from "../session/session";
import { explain } from "../shared/explain";
import { unlessAborted } from "../shared/interruption";

/** What `npm start` does before it prints the report. */
interface StepOptions {
  session: SessionOptions & { signal: AbortSignal };
  days: number;
  /** Wait for Enter before each day except the first. */
  pause: boolean;
  /** Open the page in a browser after the deployment. */
  open: boolean;
  /** Directory that the data bucket is copied to after the last day. */
  out: string | undefined;
  /** Rewords a problem in the reader's terms. */
  reword(text: string): string;
}

/** Results that steps pass to later ones. */
interface StepContext {
  /** Set if the run waits for Enter. */
  enter?: EnterKey;
  session?: Session;
  lastDay?: DayEvents;
  checked?: CheckedReport;
  /** The error that ended the run early. */
  end?: { reason: unknown };
}

/** Prints failed steps without the error, which the caller reports, and details below the title without an icon. */
class StepLogger extends ListrLogger {
  override log(...[level, message, options]: Parameters<ListrLogger["log"]>): void {
    const [title = "", ...details] = String(message).split("\n");
    super.log(level, title, level === ListrLogLevels.FAILED ? undefined : options);
    for (const line of details) this.toStdout(line);
  }
}

/** Marks a step as failed and lets later steps run; the report's problems say what is wrong. */
class StepFailure extends Error {
  override name = "StepFailure";
}

/**
 * Deploys, runs the days, checks the report, and copies the bucket. Each step shows its progress on standard error, so
 * that standard output holds only the results.
 *
 * A failed day, check or copy is marked as failed and added to the problems; later steps still run.
 *
 * @throws the error of any other step, or the signal's reason; closes the session first.
 */
export async function runSteps(options: StepOptions): Promise<CheckedReport & { session: Session }> {
  if (options.out !== undefined) await prepareCopy(options.out);
  const context: StepContext =
    options.pause && options.days > 1 ? { enter: openEnterKey(process.stdin) } : {};
  return closeAfter(
    () => runTasks(options, context),
    async () => context.enter?.close(),
  );
}

async function runTasks(
  options: StepOptions,
  context: StepContext,
): Promise<CheckedReport & { session: Session }> {
  const logger = new StepLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const tasks = new Listr<StepContext>([], {
    ctx: context,
    rendererOptions: { logger, collapseSubtasks: false, showErrorMessage: false },
    fallbackRendererOptions: { logger },
    registerSignalListeners: false,
    // addStep decides whether the steps after a failed one run.
    exitOnError: false,
  });
  addDeployment(tasks, options);
  for (let number = 1; number <= options.days; number++) addDay(tasks, number, options);
  addCheck(tasks, options);
  if (options.out !== undefined) addCopy(tasks, options.out);
  return closeOnError(
    async () => {
      await tasks.run();
      if (context.end !== undefined) throw context.end.reason;
      options.session.signal.throwIfAborted();
      return { ...required(context.checked), session: required(context.session) };
    },
    async () => context.session?.close(),
  );
}

function addDeployment(tasks: Listr<StepContext>, { session, days, open }: StepOptions): void {
  const title = `Deploy the program (stack ${session.stack}) to ${session.endpoint ?? "a cloud on this machine"}`;
  addStep(tasks, title, async (context, task) => {
    const started = await startSession({
      ...session,
      onProgress(text) {
        task.output = text;
      },
    });
    context.session = started;
    task.title = `Deployed: ${formatCounts(started.deployment.counts)}`;
    const page = started.output("websiteUrl");
    if (days > 1) task.title += `\n  The page shows each day as it happens: ${page}`;
    if (open) await openPage(page);
  });
}

/** e.g. `50 created, 3 unchanged`. */
function formatCounts(counts: Deployment["counts"]): string {
  const words = {
    create: "created",
    update: "updated",
    replace: "replaced",
    same: "unchanged",
    delete: "deleted",
  };
  return Object.keys(words)
    .map((key) => key as keyof typeof words)
    .filter((operation) => counts[operation] > 0)
    .map((operation) => `${counts[operation]} ${words[operation]}`)
    .join(", ");
}

function addDay(tasks: Listr<StepContext>, number: number, options: StepOptions): void {
  const { days, reword, session } = options;
  const title = days === 1 ? "Run the schedule" : `Day ${number} of ${days}`;
  addStep(tasks, title, async (context, task) => {
    const { enter } = context;
    if (enter !== undefined && number > 1) {
      task.output = "change the upstream if you like, then press Enter";
      await unlessAborted(session.signal, () => enter.waitForPress());
    }
    const day = await required(context.session).runDay((text) => {
      task.output = text;
    });
    context.lastDay = day;
    task.title = [title, ...formatDayEvents(day).map(reword)].join("\n  ");
    if (day.invocations.some(({ error }) => error !== undefined)) throw new StepFailure(title);
  });
}

function addCheck(tasks: Listr<StepContext>, { reword }: StepOptions): void {
  addStep(tasks, "Check the report against its inputs", async (context, task) => {
    const { report, problems } = await checkReport(required(context.session), required(context.lastDay));
    context.checked = { report, problems: problems.map(reword) };
    task.title = "The report is there and up to date with upstream";
    if (problems.length === 0) return;
    task.title = "The report does not match the sources";
    throw new StepFailure(task.title);
  });
}

function addCopy(tasks: Listr<StepContext>, directory: string): void {
  addStep(tasks, `Copy the bucket to ${directory}`, async (context, task) => {
    try {
      task.title = `Copied ${await copyBucket(required(context.session), directory)} objects to ${directory}`;
    } catch (error) {
      task.title = `The bucket was not copied completely to ${directory}`;
      required(context.checked).problems.push(`${task.title}: ${explain(error)}`);
      throw new StepFailure(task.title);
    }
  });
}

type StepWork = ListrTask<StepContext>["task"];

/** Adds a step. A StepFailure fails only this step; any other error ends the run. */
function addStep(tasks: Listr<StepContext>, title: string, work: StepWork): void {
  tasks.add({
    title,
    enabled: (context) => context.end === undefined,
    async task(context, task) {
      try {
        await work(context, task);
      } catch (error) {
        if (!(error instanceof StepFailure)) context.end = { reason: error };
        throw error;
      }
    },
  });
}

/** The result of an earlier step. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An earlier step did not run.");
  return value;
}
