import { once } from "node:events";
import path from "node:path";
import { closeAfter } from "@data-quest/local-aws/closeAll";
import type { Environment } from "@data-quest/local-aws/lambda/machineNetwork";
import { POPULATION_FILE } from "@data-quest/local-sources/servedFolder";
import type { Sources } from "@data-quest/local-sources/server";
import { REPORT_KEY } from "../../functions/shared/keys";
import type { Outcome } from "../session/currentReport";
import { watchSignals } from "../session/interruption";
import type { Session } from "../session/session";
import { PROJECT_DIRECTORY } from "../shared/project";
import { renderReport } from "../shared/reportTables";
import { openSources } from "./openSources";
import { checkSources } from "./stackSources";
import { runSteps } from "./startSteps";

/** Options of `npm start`, as commander reads them. */
export interface StartOptions {
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

/**
 * Runs the pipeline on this machine and prints the report; sets the exit status to 1 when it is not what upstream has
 * now.
 *
 * @param machine this machine's variables; only its proxies and certificate authorities are used.
 * @throws Interruption when a signal ended it before it served, and what a step throws.
 */
export async function startRun(options: StartOptions, machine: Environment = process.env): Promise<void> {
  const { signal, close } = watchSignals();
  try {
    const upstream = await chooseUpstream(options, { signal, machine });
    await closeAfter(
      () => run(options, upstream, { signal, machine }),
      async () => upstream?.close(),
    );
  } finally {
    close();
  }
}

/** What a run takes from the process that it runs in. */
interface Surroundings {
  signal: AbortSignal;
  machine: Environment;
}

async function run(
  options: StartOptions,
  upstream: Sources | undefined,
  { signal, machine }: Surroundings,
): Promise<void> {
  const { stack, data, endpoint, days, pause, out } = options;
  const settings = {
    contact: options.contact ?? "local-run@example.com",
    pagePollSeconds: String(PAGE_POLL_SECONDS),
    ...(upstream && { blsUrl: upstream.blsUrl, populationUrl: upstream.populationUrl }),
  };
  if (upstream?.directory !== undefined)
    await checkSources(upstream.directory, { project: PROJECT_DIRECTORY, name: stack, settings });
  const { session, ...outcome } = await runSteps({
    session: {
      stack,
      settings,
      signal,
      machine,
      ...(data !== undefined && { dataDir: data }),
      ...(endpoint !== undefined && { endpoint }),
    },
    days,
    pause: pause === true,
    open: options.open === true,
    out,
    reword: (text) => withoutPort(text, upstream),
  });
  await closeAfter(
    async () => {
      print(options, outcome, whereEverythingIs(session, upstream, endpoint === undefined));
      if (!options.once) await untilInterrupted(signal);
    },
    () => session.close(),
  );
}

/** Replaces the local server's address, which is gone after the run, with the directory as it was given. */
function withoutPort(text: string, upstream: Sources | undefined): string {
  if (upstream?.directory === undefined) return text;
  const { directory, blsUrl, populationUrl } = upstream;
  const root = directory.replace(/[/\\]+$/, "");
  return text
    .replaceAll(populationUrl, () => path.join(directory, POPULATION_FILE))
    .replaceAll(new URL(blsUrl).origin, () => root);
}

/** The report on standard output, what is wrong with it on standard error, and the exit status that says so. */
function print({ json }: StartOptions, { report, problems }: Outcome, whereEverythingIs: string): void {
  if (report !== undefined) {
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `\n${renderReport(report)}\n`);
  }
  if (!json) process.stdout.write(whereEverythingIs);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Opens the upstream; undefined for the real ones, whose addresses are the program's own settings. */
async function chooseUpstream(
  { upstream, live, contact }: StartOptions,
  surroundings: Surroundings,
): Promise<Sources | undefined> {
  if (!live) return openSources(upstream, surroundings);
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
  upstream: Sources | undefined,
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
    aws --endpoint-url ${cloud.endpoint} s3 cp s3://${bucket}/${REPORT_KEY} -
`;
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  process.stderr.write("\nServing until Ctrl-C.\n");
  if (!signal.aborted) await once(signal, "abort");
}
