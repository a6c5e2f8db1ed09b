import { text } from "node:stream/consumers";
import { pluralize } from "../../analytics/words";
import type { Bucket } from "../shared/bucket";
import { surveyPart, surveyPrefix } from "../shared/keys";
import { retryConflicts } from "../shared/retryConflicts";
import { type RunResult, type SourceFile, withKnownStatus, withStatus } from "../shared/status";
import type { UpstreamClient } from "../shared/upstream";
import { type AppliedPlan, apply } from "./apply";
import { describeFailures } from "./failures";
import { parseListing } from "./listing";
import { type Manifest, readManifest, type StoredManifest, writeManifest } from "./manifest";
import { Mirror } from "./mirror";
import { type DeleteLimit, hasWork, type Plan, plan } from "./plan";

/** What a sync needs. */
export interface SyncOptions {
  data: Bucket;
  state: Bucket;
  upstream: UpstreamClient;
  /** Address of the folder that holds the surveys' folders, ending in `/`. */
  blsUrl: string;
  /** e.g. `pr`. */
  survey: string;
  maxDeletes: DeleteLimit;
  /** Compare all contents if this was last done that many days ago; 0 for never. */
  verifyEveryDays: number;
  /** Compare all contents now. */
  verify?: boolean;
  /** Aborted when time runs out: the run records how far it got, and the next run continues from there. */
  signal: AbortSignal;
  now: Date;
}

/** Names of the files that a sync added, updated and removed, and how many it left unchanged. */
export interface SyncSummary {
  added: string[];
  updated: string[];
  removed: string[];
  unchanged: number;
}

/** The mirror does not match upstream; the message says why, and what was and was not done. */
class SyncError extends Error {
  override name = "SyncError";
}

/**
 * Makes `raw/bls/<survey>/` equal to the survey's folder: listing → plan → apply → manifest. If nothing is new, this
 * takes one upstream request, one read of the manifest, and one write of the status object.
 *
 * Returning means that the mirror equals upstream. The manifest records what was uploaded before an error, so the next
 * run continues from there. If another run has written the manifest in the meantime, this one starts again, and then
 * trusts the bucket rather than the manifest: the two may have written different vintages of a file.
 *
 * @throws SyncError, UpstreamError, ListingError; ConflictError if other runs kept writing first.
 */
export async function syncSurvey(options: SyncOptions): Promise<SyncSummary> {
  const { data, survey, signal, now } = options;
  return withStatus(data, surveyPart(survey), now, () =>
    retryConflicts((attempt) => syncOnce(options, attempt > 1), signal),
  );
}

/** What a sync would do, and the manifest that it is based on. */
export interface PlannedSync extends StoredManifest {
  plan: Plan;
}

/**
 * Finds out what a sync would do now. Writes nothing.
 *
 * @param inspect also compare the bucket with the manifest.
 */
export async function planSync(options: SyncOptions, inspect: boolean): Promise<PlannedSync> {
  const stored = await readManifest(options.state, options.survey);
  return { ...stored, plan: await planFrom(stored.manifest, options, inspect) };
}

async function planFrom(manifest: Manifest, options: SyncOptions, inspect: boolean): Promise<Plan> {
  const { upstream, blsUrl, survey, maxDeletes } = options;
  const verify = options.verify ?? isVerificationDue(manifest, options);
  const objects = verify || inspect ? await openMirror(options).etags() : undefined;
  const folderUrl = new URL(`${survey}/`, blsUrl).href;
  const listing = parseListing(await upstream(folderUrl, (body) => text(body)), folderUrl);
  return plan(listing, manifest, { maxDeletes, verify, ...(objects && { objects }) });
}

async function syncOnce(options: SyncOptions, inspect: boolean): Promise<RunResult<SyncSummary>> {
  const stored = await readManifest(options.state, options.survey);
  const { lastChange, files } = stored.manifest;
  return withKnownStatus({ lastChange, files: sourceFiles(files) }, async () => {
    const plan = await planFrom(stored.manifest, options, inspect);
    return applyPlan({ ...stored, plan }, options);
  });
}

async function applyPlan(planned: PlannedSync, options: SyncOptions): Promise<RunResult<SyncSummary>> {
  const { plan, manifest, etag } = planned;
  const { state, upstream, survey, signal, now } = options;
  const applied = await apply(plan, manifest, { mirror: openMirror(options), upstream, signal, now });
  const result = summarize(applied, plan);
  const lastChange = lastChangeOf(applied, result, manifest, now);
  const status = { lastChange, files: sourceFiles(applied.files), details: result };
  return withKnownStatus(status, async () => {
    const differences = describeDifferences(applied, plan);
    if (hasWork(plan)) {
      const allCompared = differences.length === 0 && plan.keep.length === 0;
      const lastVerified = allCompared ? now.toISOString() : manifest.lastVerified;
      const next = { ...manifest, files: applied.files, lastVerified, lastChange };
      await writeManifest(state, survey, { manifest: next, etag });
    }
    if (differences.length > 0) {
      const clauses = differences.join("; ").replace(/\.?$/, ".");
      throw new SyncError(`The mirror does not match upstream: ${clauses}`);
    }
    return { result, status };
  });
}

function openMirror({ data, survey }: SyncOptions): Mirror {
  return new Mirror(data, surveyPrefix(survey));
}

/** Also true if there is no record of a verification: then nothing is known about the bucket's content. */
function isVerificationDue({ lastVerified }: Manifest, { verifyEveryDays, now }: SyncOptions): boolean {
  if (lastVerified === null) return true;
  return verifyEveryDays > 0 && now.getTime() - Date.parse(lastVerified) >= verifyEveryDays * 24 * 3_600_000;
}

function summarize({ added, updated, removed, unchanged }: AppliedPlan, { keep }: Plan): SyncSummary {
  return {
    added: added.toSorted(),
    updated: updated.toSorted(),
    removed: removed.toSorted(),
    unchanged: unchanged.length + keep.length,
  };
}

/** The mirror's files, in the form of the status object. */
function sourceFiles(files: Manifest["files"]): SourceFile[] {
  return Object.values(files)
    .map(({ key, size, sha256, version, upstreamDate, fetchedAt }) => {
      return { key, bytes: size, sha256, version, upstreamDate, fetchedAt };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * When the mirror last changed: now, if this run changed it. Otherwise, an unchanged object may be newer than the
 * manifest, if a run uploaded it and was killed before it wrote the manifest.
 */
function lastChangeOf(
  { files, unchanged }: AppliedPlan,
  { added, updated, removed }: SyncSummary,
  { lastChange }: Manifest,
  now: Date,
): string | null {
  if (added.length + updated.length + removed.length > 0) return now.toISOString();
  const written = unchanged.flatMap((name) => files[name]?.fetchedAt ?? []);
  return [...(lastChange === null ? [] : [lastChange]), ...written].sort().at(-1) ?? null;
}

/** Why the mirror does not match upstream, in clauses; empty if it does. */
function describeDifferences(
  { failures, unreached, removed }: AppliedPlan,
  { remove, refused }: Plan,
): string[] {
  const failedRemovals = failures.filter(({ undone }) => undone === "removed").length;
  const left = remove.length - removed.length - failedRemovals;
  return [
    ...describeFailures(failures),
    ...(unreached > 0
      ? [`there was no time for ${pluralize(unreached, "file")} (the next run continues from there)`]
      : []),
    ...(left > 0
      ? [`${pluralize(left, "file")} gone upstream ${left === 1 ? "was" : "were"} not removed`]
      : []),
    ...(refused === null ? [] : [refused]),
  ];
}
