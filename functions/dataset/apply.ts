import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pMap from "p-map";
import { messageOf } from "../shared/errors";
import { logger } from "../shared/logger";
import type { UpstreamClient } from "../shared/upstream";
import { download } from "./download";
import type { FileFailure } from "./failures";
import type { Manifest } from "./manifest";
import type { Mirror } from "./mirror";
import type { Plan, PlannedFetch, PlannedName } from "./plan";

/** What a plan is carried out with. */
export interface SyncContext {
  mirror: Mirror;
  upstream: UpstreamClient;
  /** Aborted when time runs out: what is under way ends, nothing new begins. */
  signal: AbortSignal;
  now: Date;
}

/** What a plan came to. */
export interface Applied {
  /** The manifest's files as they are now. */
  files: Manifest["files"];
  /** Names of files whose object was written; of those in `updated` there was one before. */
  added: string[];
  updated: string[];
  removed: string[];
  /** Names of files that were fetched but have the content that the bucket had. */
  unchanged: string[];
  /** How many files there was no time for. */
  unreached: number;
  /** What failed; then nothing was removed. */
  failures: FileFailure[];
}

/** Files at once: enough to fill the line, few enough for a public server. */
const CONCURRENCY = 4;

/**
 * Carries out a plan. Makes no decisions but one: what has the content that is there already is not uploaded. Files
 * that fail do not keep others from being updated; files are removed last, and only if all went well before.
 */
export async function apply(plan: Plan, manifest: Manifest, means: SyncContext): Promise<Applied> {
  const applied: Applied = {
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
      ([index, planned]) => fetchFile(planned, path.join(directory, String(index)), means, applied),
      { concurrency: CONCURRENCY },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  if (applied.failures.length === 0 && applied.unreached === 0) {
    await pMap(plan.remove, (planned) => removeFile(planned, means, applied), { concurrency: CONCURRENCY });
  }
  return applied;
}

async function fetchFile(
  { file, reason }: PlannedFetch,
  diskPath: string,
  means: SyncContext,
  applied: Applied,
) {
  const { mirror, upstream, signal, now } = means;
  try {
    signal.throwIfAborted();
    const content = await download(file, upstream, diskPath);
    const known = Object.hasOwn(applied.files, file.name) ? applied.files[file.name] : undefined;
    const { outcome, mirrored } = await mirror.put(file, content, known, now);
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

async function removeFile({ name, reason }: PlannedName, { mirror }: SyncContext, applied: Applied) {
  try {
    await mirror.remove(name);
    delete applied.files[name];
    applied.removed.push(name);
    logger.info("file removed", { file: name, reason });
  } catch (cause) {
    fail(applied, { name, undone: "removed", reason, cause });
  }
}

/** The run's own error names only some of many files; the log has them all. */
function fail(applied: Applied, failure: FileFailure): void {
  applied.failures.push(failure);
  const { name, undone, reason, cause } = failure;
  logger.warn(`file not ${undone}`, { file: name, reason, error: messageOf(cause) });
}
