import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import { type Environment, throughProxies } from "@data-quest/local-aws/lambda/machineNetwork";
import { readProject } from "@data-quest/local-pulumi/program/projectConfig";
import Table from "cli-table3";
import { download } from "../../functions/dataset/download";
import { isUpToDate, type Plan } from "../../functions/dataset/plan";
import { type PlannedSync, planSync, type SyncOptions, syncSurvey } from "../../functions/dataset/sync";
import { Bucket } from "../../functions/shared/bucket";
import { createUpstreamClient } from "../../functions/shared/upstream";
import { parseSettings } from "../../infra/settings";
import { PROJECT_DIRECTORY } from "../shared/project";

/** Options of `npm run sync`, as commander reads them. */
export interface SyncCommandOptions {
  stack: string;
  survey: string[];
  dryRun?: true;
  check?: true;
  verify?: true;
  json?: true;
  contact?: string;
  blsUrl?: string;
  endpoint?: string;
  dataBucket?: string;
  stateBucket?: string;
}

/** The result for one survey, as `--json` prints it. */
interface SyncResult {
  survey: string;
  plan: Plan;
  /** Whether the mirror differed from upstream before this run. */
  differs: boolean;
}

/**
 * Plans each survey's sync, prints the plan, and carries it out unless `--dry-run` or `--check` is given. Sets the exit
 * status to 1 if `--check` finds a difference.
 *
 * @param environment variables that name the proxies for requests to upstream.
 */
export async function runSync(
  options: SyncCommandOptions,
  environment: Environment = process.env,
): Promise<void> {
  await throughProxies(environment, () => syncSurveys(options));
}

async function syncSurveys(options: SyncCommandOptions): Promise<void> {
  const common = await readSyncOptions(options);
  const results: SyncResult[] = [];
  for (const survey of options.survey.length > 0 ? options.survey : common.surveys) {
    const sync: SyncOptions = { ...common.sync, survey };
    const planned = await planSync(sync, options.check === true);
    const writes = !options.dryRun && !options.check;
    if (!options.json) process.stdout.write(renderPlan(survey, planned.plan));
    if (writes) await syncSurvey(sync);
    const differs = options.check ? await isDifferent(planned, sync) : !isUpToDate(planned.plan);
    results.push({ survey, plan: planned.plan, differs });
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  if (options.check && results.some(({ differs }) => differs)) process.exitCode = 1;
}

/**
 * The surveys to sync and the options of each sync: from the stack's settings, and from the command line.
 *
 * @param directory the folder that holds `Pulumi.yaml`.
 */
export async function readSyncOptions(options: SyncCommandOptions, directory = PROJECT_DIRECTORY) {
  const overrides = {
    ...(options.contact !== undefined && { contact: options.contact }),
    ...(options.blsUrl !== undefined && { blsUrl: options.blsUrl }),
  };
  const project = await readProject(directory, options.stack, overrides);
  const settings = parseSettings(project.name, options.stack, project.config);
  const { dataBucket, stateBucket } = options;
  const buckets =
    dataBucket !== undefined && stateBucket !== undefined
      ? { dataBucket, stateBucket }
      : await readStackOutputs(options.stack);
  const s3 = new S3Client({
    region: settings.region,
    ...(options.endpoint !== undefined && { endpoint: options.endpoint, forcePathStyle: true }),
  });
  return {
    surveys: settings.surveys,
    sync: {
      data: new Bucket(s3, buckets.dataBucket),
      state: new Bucket(s3, buckets.stateBucket),
      upstream: createUpstreamClient({ contact: settings.contact }),
      blsUrl: settings.blsUrl,
      maxDeletes: { count: settings.maxDeletes, share: settings.maxDeletePercent / 100 },
      verifyEveryDays: 0,
      verify: options.verify === true,
      signal: new AbortController().signal,
      now: new Date(),
    },
  };
}

/** @throws Error if the Pulumi CLI cannot report the stack's buckets. */
async function readStackOutputs(stack: string): Promise<{ dataBucket: string; stateBucket: string }> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "--json", "--stack", stack]);
    const { dataBucket, stateBucket } = JSON.parse(stdout) as Record<string, unknown>;
    if (typeof dataBucket === "string" && typeof stateBucket === "string") return { dataBucket, stateBucket };
    throw new Error("the stack has no outputs dataBucket and stateBucket; was it deployed?");
  } catch (cause) {
    throw new Error(
      `Give --data-bucket and --state-bucket, because the Pulumi CLI could not report the buckets of stack '${stack}'`,
      { cause },
    );
  }
}

/** Whether the mirror differs from upstream; fetches and compares the contents of files that are to be verified. */
async function isDifferent({ plan, manifest }: PlannedSync, { upstream }: SyncOptions): Promise<boolean> {
  const directory = await mkdtemp(path.join(tmpdir(), "check-"));
  try {
    const update = [];
    for (const planned of plan.update) {
      if (planned.kind === "verify") {
        const { md5 } = await download(planned.file, upstream, path.join(directory, "file"));
        if (md5 === manifest.files[planned.file.name]?.md5) continue;
        process.stderr.write(
          `${planned.file.name}: the content upstream differs, although date and size agree\n`,
        );
      }
      update.push(planned);
    }
    return !isUpToDate({ ...plan, update });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function renderPlan(survey: string, { add, update, remove, keep, refused }: Plan): string {
  const table = new Table({ head: ["", "File", "Reason"], style: { head: [], border: [] } });
  for (const { file, reason } of add) table.push(["add", file.name, reason]);
  for (const { file, reason } of update) table.push(["update", file.name, reason]);
  for (const { name, reason } of remove) table.push(["remove", name, reason]);
  const counts = `${add.length} to add, ${update.length} to update, ${remove.length} to remove, ${keep.length} to keep`;
  return [
    `Survey ${survey}: ${counts}`,
    ...(table.length > 0 ? [table.toString()] : []),
    ...(refused === null ? [] : [refused]),
    "",
  ].join("\n");
}
