import { once } from "node:events";
import { Command, InvalidArgumentError, Option } from "commander";
import { thenClose } from "./cloud/closeAll";
import { endQuietlyWithReader } from "./output";
import { renderReport } from "./reportTables";
import type { Outcome } from "./session/currentReport";
import { explain } from "./session/explain";
import { interruptionIn, watchSignals } from "./session/interruption";
import type { Session } from "./session/session";
import { runSteps } from "./startSteps";
import { openUpstream } from "./upstream/openUpstream";
import type { Upstream } from "./upstream/server";

interface Options {
  upstream?: string;
  live?: true;
  contact?: string;
  once?: true;
  open?: true;
  json?: true;
  out?: string;
  data?: string;
  endpoint?: string;
  days: number;
  pause?: true;
  stack: string;
}

/** An open page follows the days as they happen; all that it asks is this machine. */
const PAGE_POLL_SECONDS = 2;

const command = new Command("npm start --")
  .description(
    "Runs the whole pipeline on this machine: the program that `pulumi up` deploys, on a local cloud.",
  )
  .option(
    "--upstream <dir|url>",
    "where the sources are: a directory or an address (default: a generated sample)",
  )
  .option("--live", "fetch from BLS and DataUSA themselves (needs --contact)")
  .option("--contact <email>", "where the upstreams can reach you; sent in the User-Agent")
  .option("--once", "end when the report is there, instead of serving it until Ctrl-C")
  .addOption(new Option("--open", "open the page in a browser; it follows what happens").conflicts("once"))
  .option("--json", "print the report object alone on standard output")
  .option("--out <dir>", "copy the data bucket into this directory")
  .option("--data <dir>", "keep what the cloud holds in this directory, and go on from there next time")
  .addOption(
    new Option(
      "--endpoint <url>",
      "deploy to a cloud with AWS's API that runs on this machine already, such as MiniStack, by its loopback " +
        "address; it keeps what it is given (keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else 'test')",
    ).conflicts("data"),
  )
  .option(
    "--days <n>",
    "run this many scheduled days in a row, reading the upstream again each day",
    wholeNumber,
    1,
  )
  .option("--pause", "wait for Enter before each further day, so that you can change the upstream")
  .option("--stack <name>", "whose settings to use: Pulumi.<name>.yaml", "dev")
  .addHelpText(
    "after",
    "\nExit status: 0 when there is a report of what the upstream has now, 1 otherwise; 130, 143 or 129 when " +
      "Ctrl-C, SIGTERM or SIGHUP ended it before it served.",
  );

async function main(): Promise<void> {
  endQuietlyWithReader(process.stdout);
  const options = command.parse().opts<Options>();
  const { signal, close } = watchSignals();
  try {
    const upstream = await chooseUpstream(options, signal);
    await thenClose(
      () => run(options, upstream, signal),
      async () => upstream?.close(),
    );
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = interruptionIn(error)?.exitStatus ?? 1;
  } finally {
    close();
  }
}

async function run(options: Options, upstream: Upstream | undefined, signal: AbortSignal): Promise<void> {
  const { stack, data, endpoint, days, pause, out } = options;
  const settings = {
    contact: options.contact ?? "local-run@example.com",
    pagePollSeconds: String(PAGE_POLL_SECONDS),
    ...(upstream && { blsUrl: upstream.blsUrl, populationUrl: upstream.populationUrl }),
  };
  const { session, ...outcome } = await runSteps({
    session: {
      stack,
      settings,
      signal,
      ...(data !== undefined && { dataDir: data }),
      ...(endpoint !== undefined && { endpoint }),
    },
    days,
    pause: pause === true,
    open: options.open === true,
    out,
  });
  await thenClose(
    async () => {
      print(options, outcome, whereEverythingIs(session, upstream, endpoint === undefined));
      if (!options.once) await untilInterrupted(signal);
    },
    () => session.close(),
  );
}

/** The report on standard output, what is wrong with it on standard error, and the exit status that says so. */
function print({ json }: Options, { report, problems }: Outcome, whereEverythingIs: string): void {
  if (report !== undefined) {
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `\n${renderReport(report)}\n`);
  }
  if (!json) process.stdout.write(whereEverythingIs);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Opens the upstream; undefined for the real ones, whose addresses are the program's own settings. */
async function chooseUpstream(
  { upstream, live, contact }: Options,
  signal: AbortSignal,
): Promise<Upstream | undefined> {
  if (!live) return openUpstream(upstream, signal);
  if (upstream !== undefined)
    throw new Error("--live and --upstream exclude each other: both say where to fetch from.");
  if (contact === undefined) {
    throw new Error(
      "--live needs --contact you@example.com: BLS answers 403 to a request that names no contact.",
    );
  }
  return undefined;
}

/** @param withKeys whether to print the cloud's keys: of its own it makes them up, another's are not ours to show. */
function whereEverythingIs(
  { cloud, output }: Session,
  upstream: Upstream | undefined,
  withKeys: boolean,
): string {
  const { accessKeyId, secretAccessKey } = cloud.operator;
  const keys = withKeys ? `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} ` : "";
  const bucket = output("dataBucket");
  return `
  Page           ${output("websiteUrl")}
  Report object  ${output("reportUri")}
  S3 endpoint    ${cloud.endpoint} (path-style addresses, region ${cloud.region})
  Upstream       ${upstream?.blsUrl ?? "the real one"}

  With the AWS CLI, or any SDK with this endpoint and ${withKeys ? "these" : "your"} keys:
  ${keys}AWS_REGION=${cloud.region} \\
    aws --endpoint-url ${cloud.endpoint} s3 cp s3://${bucket}/reports/latest.json -
`;
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  process.stderr.write("\nServing until Ctrl-C.\n");
  if (!signal.aborted) await once(signal, "abort");
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError("It should be a whole number from 1 to 9999.");
  return Number(text);
}

void main();
