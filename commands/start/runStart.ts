import { once } from "node:events";
import path from "node:path";
import { closeAfter } from "@data-quest/local-aws/closeAll";
import type { Environment } from "@data-quest/local-aws/lambda/machineNetwork";
import { POPULATION_FILE } from "@data-quest/local-sources/servedFolder";
import type { Sources } from "@data-quest/local-sources/server";
import { toPublicText } from "../../functions/shared/errors";
import { REPORT_KEY } from "../../functions/shared/keys";
import type { CheckedReport } from "../session/checkReport";
import type { Session } from "../session/session";
import { watchSignals } from "../shared/interruption";
import { PROJECT_DIRECTORY } from "../shared/project";
import { renderReport } from "../shared/reportTables";
import { checkSources } from "./checkSources";
import { openSources } from "./openSources";
import { runSteps } from "./runSteps";

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

/** Short, so that an open page shows each day as it happens; the page polls only this machine. */
const PAGE_POLL_SECONDS = 2;

/**
 * Runs the pipeline on this machine and prints the report. Sets the exit status to 1 if the report does not match the
 * sources.
 *
 * @param environment variables that name proxies and certificate authorities; no others are used.
 * @throws Interruption if a signal ended the run before it served the page; errors of the steps.
 */
export async function runStart(options: StartOptions, environment: Environment = process.env): Promise<void> {
  const { signal, close } = watchSignals();
  try {
    const sources = await chooseSources(options, { signal, environment });
    await closeAfter(
      () => runPipeline(options, sources, { signal, environment }),
      async () => sources?.close(),
    );
  } finally {
    close();
  }
}

/** What a run takes from its process. */
interface ProcessContext {
  signal: AbortSignal;
  environment: Environment;
}

async function runPipeline(
  options: StartOptions,
  sources: Sources | undefined,
  { signal, environment }: ProcessContext,
): Promise<void> {
  const { stack, data, endpoint, days, pause, out } = options;
  const settings = {
    contact: options.contact ?? "local-run@example.com",
    pagePollSeconds: String(PAGE_POLL_SECONDS),
    ...(sources && { blsUrl: sources.blsUrl, populationUrl: sources.populationUrl }),
  };
  if (sources?.directory !== undefined)
    await checkSources(sources.directory, { project: PROJECT_DIRECTORY, name: stack, settings });
  const { session, ...checked } = await runSteps({
    session: {
      stack,
      settings,
      signal,
      environment,
      ...(data !== undefined && { dataDir: data }),
      ...(endpoint !== undefined && { endpoint }),
    },
    days,
    pause: pause === true,
    open: options.open === true,
    out,
    reword: (text) => withoutLocalAddresses(text, sources),
  });
  await closeAfter(
    async () => {
      printResult(options, checked, formatAddresses(session, sources, endpoint === undefined));
      if (!options.once) await untilInterrupted(signal);
    },
    () => session.close(),
  );
}

/** Replaces the local server's addresses, which do not outlive the run, with paths in the given directory. */
function withoutLocalAddresses(text: string, sources: Sources | undefined): string {
  if (sources?.directory === undefined) return text;
  const { directory, blsUrl, populationUrl } = sources;
  const root = directory.replace(/[/\\]+$/, "");
  return text
    .replaceAll(populationUrl, () => path.join(directory, POPULATION_FILE))
    .replaceAll(toPublicText(populationUrl), () => path.join(directory, POPULATION_FILE))
    .replaceAll(new URL(blsUrl).origin, () => root);
}

/** Prints the report on standard output and its problems on standard error, and sets the exit status. */
function printResult({ json }: StartOptions, { report, problems }: CheckedReport, addresses: string): void {
  if (report !== undefined) {
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `\n${renderReport(report)}\n`);
  }
  if (!json) process.stdout.write(addresses);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Opens the sources; undefined for the real ones, whose addresses are in the program's settings. */
async function chooseSources(
  { upstream, live, contact }: StartOptions,
  context: ProcessContext,
): Promise<Sources | undefined> {
  if (!live) return openSources(upstream, context);
  if (upstream !== undefined)
    throw new Error("--live and --upstream cannot be combined: each says where to fetch from.");
  if (contact === undefined) {
    throw new Error(
      "--live needs --contact you@example.com: BLS answers 403 to requests without a contact address.",
    );
  }
  return undefined;
}

/** @param withKeys whether to print the keys. The local cloud generates its own; those of an endpoint may be secret. */
function formatAddresses(
  { cloud, output }: Session,
  sources: Sources | undefined,
  withKeys: boolean,
): string {
  const { accessKeyId, secretAccessKey } = cloud.operator;
  const keys = withKeys ? `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} ` : "";
  const bucket = output("dataBucket");
  return `
  Page           ${output("websiteUrl")}
  Report object  ${output("reportUri")}
  S3 endpoint    ${cloud.endpoint} (path-style addresses, region ${cloud.region})
  Upstream       ${sources?.blsUrl ?? "BLS and DataUSA"}

  With the AWS CLI, or any SDK with this endpoint and ${withKeys ? "these" : "your"} keys:
  ${keys}AWS_REGION=${cloud.region} \\
    aws --endpoint-url ${cloud.endpoint} s3 cp s3://${bucket}/${REPORT_KEY} -
`;
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  process.stderr.write("\nServing until Ctrl-C.\n");
  if (!signal.aborted) await once(signal, "abort");
}
