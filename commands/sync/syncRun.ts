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

/** One survey's sync: what was planned, and what differs when it was only checked. */
interface Result {
  survey: string;
  plan: Plan;
  /** Whether the mirror was upstream's already. */
  differs: boolean;
}

/**
 * Plans each survey's sync, prints the plan, and carries it out unless only the plan was asked for; sets the exit status
 * to 1 where `--check` finds a difference.
 *
 * @param machine this machine's variables; upstream is reached through its proxies.
 */
export async function syncFromTerminal(
  options: SyncCommandOptions,
  machine: Environment = process.env,
): Promise<void> {
  await throughProxies(machine, () => syncSurveys(options));
}

async function syncSurveys(options: SyncCommandOptions): Promise<void> {
  const common = await readOptions(options);
  const results: Result[] = [];
  for (const survey of options.survey.length > 0 ? options.survey : common.surveys) {
    const sync: SyncOptions = { ...common.sync, survey };
    const planned = await planSync(sync, options.check === true);
    const writes = !options.dryRun && !options.check;
    if (!options.json) process.stdout.write(renderPlan(survey, planned.plan));
    if (writes) await syncSurvey(sync);
    const differs = options.check ? await doesDiffer(planned, sync) : !isUpToDate(planned.plan);
    results.push({ survey, plan: planned.plan, differs });
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  if (options.check && results.some(({ differs }) => differs)) process.exitCode = 1;
}

async function readOptions(options: SyncCommandOptions) {
  const overrides = {
    ...(options.contact !== undefined && { contact: options.contact }),
    ...(options.blsUrl !== undefined && { blsUrl: options.blsUrl }),
  };
  const project = await readProject(PROJECT_DIRECTORY, options.stack, overrides);
  const settings = parseSettings(project.name, options.stack, project.config);
  const { dataBucket, stateBucket } = options;
  const buckets =
    dataBucket !== undefined && stateBucket !== undefined
      ? { dataBucket, stateBucket }
      : await readStackOutputs(options.stack);
  const s3 = new S3Client({
    region: project.config["aws:region"] ?? "us-east-1",
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

/** @throws Error when the Pulumi CLI cannot tell the stack's buckets; then they have to be given. */
async function readStackOutputs(stack: string): Promise<{ dataBucket: string; stateBucket: string }> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "--json", "--stack", stack]);
    const { dataBucket, stateBucket } = JSON.parse(stdout) as Record<string, unknown>;
    if (typeof dataBucket === "string" && typeof stateBucket === "string") return { dataBucket, stateBucket };
    throw new Error("it has no outputs dataBucket and stateBucket; was it deployed?");
  } catch (cause) {
    throw new Error(
      `The buckets of stack '${stack}' could not be asked of the Pulumi CLI. Give --data-bucket and --state-bucket`,
      { cause },
    );
  }
}

/** Whether anything in the mirror is not as upstream has it; to verify, contents are fetched and compared too. */
async function doesDiffer({ plan, manifest }: PlannedSync, { upstream }: SyncOptions): Promise<boolean> {
  const directory = await mkdtemp(path.join(tmpdir(), "check-"));
  try {
    const unverified = plan.update.filter(({ kind }) => kind === "verify");
    const verified = [];
    for (const planned of unverified) {
      const { md5 } = await download(planned.file, upstream, path.join(directory, "file"));
      if (md5 === manifest.files[planned.file.name]?.md5) verified.push(planned);
      else
        process.stderr.write(
          `${planned.file.name}: upstream has another content under the same date and size\n`,
        );
    }
    const { add, update, remove, refused } = plan;
    return add.length + (update.length - verified.length) + remove.length > 0 || refused !== null;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function renderPlan(survey: string, { add, update, remove, keep, refused }: Plan): string {
  const table = new Table({ head: ["", "File", "Why"], style: { head: [], border: [] } });
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
