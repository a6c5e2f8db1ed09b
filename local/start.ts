import { once } from "node:events";
import { Command, InvalidArgumentError } from "commander";
import { messageOf } from "../functions/shared/errors";
import { renderReport } from "./reportTables";
import type { Session } from "./session/session";
import { runSteps } from "./startSteps";
import { openUpstream } from "./upstream/openUpstream";
import type { Upstream } from "./upstream/server";

interface Options {
  upstream?: string;
  live?: true;
  contact?: string;
  once?: true;
  json?: true;
  out?: string;
  data?: string;
  days: number;
  pause?: true;
  stack: string;
}

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
  .option("--json", "print the report object alone on standard output")
  .option("--out <dir>", "copy the data bucket into this directory")
  .option("--data <dir>", "keep what the cloud holds in this directory, and go on from there next time")
  .option(
    "--days <n>",
    "run this many scheduled days in a row, reading the upstream again each day",
    wholeNumber,
    1,
  )
  .option("--pause", "wait for Enter before each further day, so that you can change the upstream")
  .option("--stack <name>", "whose settings to use: Pulumi.<name>.yaml", "dev")
  .addHelpText("after", "\nExit status: 0 when there is a report of what the upstream has now, 1 otherwise.");

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  const upstream = await chooseUpstream(options);
  try {
    await run(options, upstream);
  } finally {
    await upstream?.close();
  }
}

async function run(options: Options, upstream: Upstream | undefined): Promise<void> {
  const { stack, data, days, pause, out } = options;
  const settings = {
    contact: options.contact ?? "local-run@example.com",
    ...(upstream && { blsUrl: upstream.blsUrl, populationUrl: upstream.populationUrl }),
  };
  const { session, report, problems } = await runSteps({
    session: { stack, settings, ...(data !== undefined && { dataDir: data }) },
    days,
    pause: pause === true,
    out,
  });
  try {
    if (report !== undefined) {
      process.stdout.write(
        options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${renderReport(report)}\n`,
      );
    }
    if (!options.json) process.stdout.write(whereEverythingIs(session, upstream));
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length > 0) process.exitCode = 1;
    if (!options.once) await untilInterrupted();
  } finally {
    await session.close();
  }
}

/** Opens the upstream; undefined for the real ones, whose addresses are the program's own settings. */
async function chooseUpstream({ upstream, live, contact }: Options): Promise<Upstream | undefined> {
  if (!live) return openUpstream(upstream);
  if (upstream !== undefined)
    throw new Error("--live and --upstream exclude each other: both say where to fetch from.");
  if (contact === undefined) {
    throw new Error(
      "--live needs --contact you@example.com: BLS answers 403 to a request that names no contact.",
    );
  }
  return undefined;
}

function whereEverythingIs({ cloud, output }: Session, upstream: Upstream | undefined): string {
  const { accessKeyId, secretAccessKey } = cloud.operator;
  const bucket = output("dataBucket");
  return `
  Page           ${output("websiteUrl")}
  Report object  ${output("reportUri")}
  S3 endpoint    ${cloud.endpoint} (path-style addresses, region ${cloud.region})
  Upstream       ${upstream?.blsUrl ?? "the real one"}

  With the AWS CLI, or any SDK with this endpoint and these keys:
  AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_REGION=${cloud.region} \\
    aws --endpoint-url ${cloud.endpoint} s3 cp s3://${bucket}/reports/latest.json -
`;
}

async function untilInterrupted(): Promise<void> {
  process.stderr.write("\nServing until Ctrl-C.\n");
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError("It should be a whole number from 1 to 9999.");
  return Number(text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
