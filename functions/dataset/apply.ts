import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pMap from "p-map";
import { messageOf } from "../shared/errors";
import { logger } from "../shared/logger";
import type { UpstreamClient } from "../shared/upstream";
import { download } from "./download";
import type { FileFailure } from "./failures";
import { findFile, type Manifest } from "./manifest";
import type { Mirror } from "./mirror";
import type { Plan, PlannedFetch, PlannedName } from "./plan";

/** What carrying out a plan needs. */
interface SyncContext {
  mirror: Mirror;
  upstream: UpstreamClient;
  /** Aborted when time runs out: work in progress stops, and nothing new starts. */
  signal: AbortSignal;
  now: Date;
}

/** The result of carrying out a plan. */
export interface AppliedPlan {
  /** The manifest's files, updated. */
  files: Manifest["files"];
  /** Names of files whose object was created. */
  added: string[];
  /** Names of files whose object was replaced. */
  updated: string[];
  removed: string[];
  /** Names of files that were fetched, but whose content the bucket already had. */
  unchanged: string[];
  /** Number of files left when time ran out. */
  unreached: number;
  /** If anything failed, nothing was removed. */
  failures: FileFailure[];
}

/** Files at a time: enough to use the bandwidth, few enough for a public server. */
const CONCURRENCY = 4;

/**
 * Carries out a plan, with two rules of its own: content that the bucket already has is not uploaded, and files are
 * removed last, only if everything before succeeded. A file that fails does not keep others from being updated.
 */
export async function apply(plan: Plan, manifest: Manifest, context: SyncContext): Promise<AppliedPlan> {
  const applied: AppliedPlan = {
    files: { ...manifest.files },
    added: [],
    updated: [],
    removed: [],
    unchanged: [],
    unreached: 0,
    failures: [],
  };
  const directory = await mkdtemp(path.join(tmpdir(), "sync-"));
  try {
    await pMap(
      [...plan.add, ...plan.update].entries(),
      ([index, planned]) => fetchFile(planned, path.join(directory, String(index)), context, applied),
      { concurrency: CONCURRENCY },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  if (applied.failures.length === 0 && applied.unreached === 0) {
    await pMap(plan.remove, (planned) => removeFile(planned, context, applied), { concurrency: CONCURRENCY });
  }
  return applied;
}

async function fetchFile(
  { file, reason }: PlannedFetch,
  diskPath: string,
  { mirror, upstream, signal, now }: SyncContext,
  applied: AppliedPlan,
): Promise<void> {
  try {
    signal.throwIfAborted();
    const content = await download(file, upstream, diskPath);
    const { outcome, mirrored } = await mirror.put(file, content, findFile(applied, file.name), now);
    applied[outcome].push(file.name);
    applied.files[file.name] = mirrored;
    logger.info("file fetched", { file: file.name, reason, outcome, bytes: content.size });
  } catch (cause) {
    if (signal.aborted) applied.unreached += 1;
    else fail(applied, { name: file.name, undone: "mirrored", reason, url: file.url, cause });
  } finally {
    await rm(diskPath, { force: true });
  }
}

async function removeFile(
  { name, reason }: PlannedName,
  { mirror }: SyncContext,
  applied: AppliedPlan,
): Promise<void> {
  try {
    await mirror.remove(name);
    delete applied.files[name];
    applied.removed.push(name);
    logger.info("file removed", { file: name, reason });
  } catch (cause) {
    fail(applied, { name, undone: "removed", reason, cause });
  }
}

/** Records a failure and logs it, because the run's error may name only some of the files. */
function fail(applied: AppliedPlan, failure: FileFailure): void {
  applied.failures.push(failure);
  const { name, undone, reason, cause } = failure;
  logger.warn(`file not ${undone}`, { file: name, reason, error: messageOf(cause) });
}
