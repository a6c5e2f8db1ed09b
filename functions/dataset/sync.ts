import { text } from "node:stream/consumers";
import type { S3Client } from "@aws-sdk/client-s3";
import pRetry from "p-retry";
import { surveyPart, surveyPrefix } from "../shared/keys";
import { ConflictError } from "../shared/objects";
import { type Learnt, type SourceFile, withStatus } from "../shared/status";
import type { UpstreamClient } from "../shared/upstream";
import { type Applied, apply } from "./apply";
import { countFiles, describeFailures } from "./failures";
import { parseListing } from "./listing";
import { type Manifest, readManifest, type StoredManifest, writeManifest } from "./manifest";
import { Mirror } from "./mirror";
import { type DeleteLimit, type Plan, plan } from "./plan";

/** What a sync needs to know. */
export interface SyncOptions {
  s3: S3Client;
  dataBucket: string;
  stateBucket: string;
  upstream: UpstreamClient;
  /** Address that the surveys' folders are below, ending in `/`. */
  blsUrl: string;
  /** e.g. `pr`. */
  survey: string;
  maxDeletes: DeleteLimit;
  /** Contents are compared when that was last done so many days ago; 0 for never. */
  verifyEveryDays: number;
  /** Compare them now. */
  verify?: boolean;
  /** Aborted when time runs out: the run records how far it came, and the next goes on from there. */
  signal: AbortSignal;
  now: Date;
}

/** Names of the files that a sync added, updated and removed, and how many it left as they were. */
export interface SyncSummary {
  added: string[];
  updated: string[];
  removed: string[];
  unchanged: number;
}

/** The mirror does not match upstream; the message says why, and what did or did not happen. */
export class SyncError extends Error {
  override name = "SyncError";
}

/**
 * Makes `raw/bls/<survey>/` equal to the survey's folder: listing → plan → apply → manifest. With nothing new it is
 * one upstream request, one read of the manifest, and the status object.
 *
 * Returning means that the mirror equals the upstream. What was uploaded before an error is in the manifest, so that
 * the next run goes on from there. A run that loses to another which wrote the manifest meanwhile starts again, and
 * then believes the bucket rather than the manifest: the two may have written different vintages of a file.
 *
 * @throws SyncError, UpstreamError, ListingError; ConflictError when others kept writing.
 */
export async function syncSurvey(options: SyncOptions): Promise<SyncSummary> {
  const { s3, dataBucket, survey, now } = options;
  return withStatus(s3, dataBucket, surveyPart(survey), now, (learnt) =>
    pRetry((attempt) => syncOnce(options, learnt, attempt > 1), {
      retries: 3,
      minTimeout: 100,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof ConflictError && !options.signal.aborted,
    }),
  );
}

/** What a sync would do, and the manifest that it goes by. */
export type PlannedSync = StoredManifest & { plan: Plan };

/**
 * Finds out what a sync would do now; nothing is written.
 *
 * @param inspect compare the bucket with the manifest too.
 * @param onManifest told of the manifest before upstream is asked.
 */
export async function planSync(
  options: SyncOptions,
  inspect: boolean,
  onManifest: (manifest: Manifest) => void = () => {},
): Promise<PlannedSync> {
  const { s3, stateBucket, upstream, blsUrl, survey, maxDeletes } = options;
  const stored = await readManifest(s3, stateBucket, survey);
  onManifest(stored.manifest);
  const verify = options.verify ?? isVerificationDue(stored.manifest, options);
  const objects = verify || inspect ? await mirrorOf(options).objects() : undefined;
  const folderUrl = new URL(`${survey}/`, blsUrl).href;
  const listing = parseListing(await upstream(folderUrl, (body) => text(body)), folderUrl);
  return {
    ...stored,
    plan: plan(listing, stored.manifest, { maxDeletes, verify, ...(objects && { objects }) }),
  };
}

async function syncOnce(options: SyncOptions, learnt: Learnt, inspect: boolean): Promise<SyncSummary> {
  const { s3, stateBucket, upstream, survey, signal, now } = options;
  const planned = await planSync(options, inspect, ({ lastChange, files }) => {
    learnt.lastChange = lastChange;
    learnt.files = sourceFiles(files);
  });

  const applied = await apply(planned.plan, planned.manifest, {
    mirror: mirrorOf(options),
    upstream,
    signal,
    now,
  });
  const summary = summarize(applied, planned.plan);
  learnt.details = summary;
  learnt.files = sourceFiles(applied.files);
  learnt.lastChange = lastChangeOf(applied, summary, planned.manifest, now);

  const missed = whatWasMissed(applied, planned.plan);
  if (!isEmpty(planned.plan)) {
    const { manifest, etag } = planned;
    const all = missed.length === 0 && planned.plan.keep.length === 0;
    const lastVerified = all ? now.toISOString() : manifest.lastVerified;
    const next = { ...manifest, files: applied.files, lastVerified, lastChange: learnt.lastChange };
    await writeManifest(s3, stateBucket, survey, next, etag);
  }
  if (missed.length > 0) {
    throw new SyncError(`The mirror does not match upstream: ${missed.join("; ").replace(/\.?$/, ".")}`);
  }
  return summary;
}

function mirrorOf({ s3, dataBucket, survey }: Pick<SyncOptions, "s3" | "dataBucket" | "survey">): Mirror {
  return new Mirror(s3, dataBucket, surveyPrefix(survey));
}

/** Also where it was never done, or its record was lost: then nothing is known of what the bucket holds. */
function isVerificationDue({ lastVerified }: Manifest, { verifyEveryDays, now }: SyncOptions): boolean {
  if (lastVerified === null) return true;
  return verifyEveryDays > 0 && now.getTime() - Date.parse(lastVerified) >= verifyEveryDays * 24 * 3_600_000;
}

function isEmpty({ add, update, remove }: Plan): boolean {
  return add.length + update.length + remove.length === 0;
}

function summarize({ added, updated, removed, unchanged }: Applied, { keep }: Plan): SyncSummary {
  return {
    added: added.sort(),
    updated: updated.sort(),
    removed: removed.sort(),
    unchanged: unchanged.length + keep.length,
  };
}

/** The mirror's files as the status tells them. */
function sourceFiles(files: Manifest["files"]): SourceFile[] {
  return Object.values(files)
    .map(({ key, size, sha256, version, upstreamDate, fetchedAt }) => {
      return { key, bytes: size, sha256, version, upstreamDate, fetchedAt };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function isChange({ added, updated, removed }: SyncSummary): boolean {
  return added.length + updated.length + removed.length > 0;
}

/** When the mirror last changed: now, or when a run that was killed before it could say so wrote what is there. */
function lastChangeOf(
  { files, unchanged }: Applied,
  summary: SyncSummary,
  { lastChange }: Manifest,
  now: Date,
): string | null {
  if (isChange(summary)) return now.toISOString();
  const written = unchanged.flatMap((name) => files[name]?.fetchedAt ?? []);
  return [...(lastChange === null ? [] : [lastChange]), ...written].sort().at(-1) ?? null;
}

/** Why the mirror does not match upstream, in clauses; empty if it does. */
function whatWasMissed({ failures, unreached, removed }: Applied, { remove, refused }: Plan): string[] {
  const failed = failures.filter(({ undone }) => undone === "removed").length;
  const left = remove.length - removed.length - failed;
  return [
    ...describeFailures(failures),
    ...(unreached > 0
      ? [`there was no time for ${countFiles(unreached)} (the next run continues from there)`]
      : []),
    ...(left > 0 ? [`${countFiles(left)} gone upstream ${left === 1 ? "was" : "were"} not removed`] : []),
    ...(refused === null ? [] : [refused]),
  ];
}
