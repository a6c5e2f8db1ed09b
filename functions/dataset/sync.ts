import type { S3Client } from "@aws-sdk/client-s3";
import { withStatus } from "../shared/status";
import { requestUpstream } from "../shared/upstream";
import { type Applied, apply } from "./apply";
import { parseListing } from "./listing";
import { readManifest, writeManifest } from "./manifest";
import { plan } from "./plan";

/** What a sync needs to know. */
export interface SyncOptions {
  s3: S3Client;
  dataBucket: string;
  stateBucket: string;
  /** Address that the surveys' folders are below, ending in `/`. */
  blsUrl: string;
  /** e.g. `pr`. */
  survey: string;
  /** E-mail address for the upstream's `User-Agent`. */
  contact: string;
  /** More removals than this in one run are refused. */
  maxDeletes: number;
  now: Date;
}

/** Names of the files that a sync added, updated and removed, and how many it left as they were. */
export interface SyncSummary {
  added: string[];
  updated: string[];
  removed: string[];
  unchanged: number;
}

/**
 * Makes `raw/bls/<survey>/` equal to the survey's folder: listing → plan → apply → manifest. With nothing new it is
 * one upstream request, one read of the manifest, and the status object.
 *
 * Returning means that the mirror equals the upstream. What was uploaded before an error is in the manifest, so that
 * the next run goes on from there.
 *
 * @throws UpstreamError, ListingError, ConflictError; AggregateError of the files that failed.
 */
export async function syncSurvey(options: SyncOptions): Promise<SyncSummary> {
  const { s3, dataBucket, stateBucket, survey, contact, maxDeletes, now } = options;
  const source = `bls-${survey}`;
  return withStatus(s3, dataBucket, source, now, async (learnt) => {
    const { manifest, etag } = await readManifest(s3, stateBucket, source);
    learnt.lastChange = manifest.lastChange;

    const folderUrl = new URL(`${survey}/`, options.blsUrl).href;
    const html = await requestUpstream(folderUrl, contact, (response) => response.text());
    const planned = plan(parseListing(html, folderUrl), manifest);
    const refused = planned.remove.length > maxDeletes ? planned.remove.splice(0) : [];

    const mirror = { s3, bucket: dataBucket, prefix: `raw/bls/${survey}/`, contact, now };
    const applied = await apply(planned, manifest, mirror);
    const summary = summarize(applied, planned.keep.length + refused.length);
    learnt.details = summary;
    if (isChange(summary)) learnt.lastChange = now.toISOString();
    if (planned.add.length + planned.update.length + planned.remove.length > 0) {
      const next = {
        ...manifest,
        files: applied.files,
        lastChange: learnt.lastChange,
        lastRun: { ...summary },
      };
      await writeManifest(s3, stateBucket, source, next, etag);
    }

    if (applied.errors.length > 0) {
      throw new AggregateError(
        applied.errors,
        `The sync of ${folderUrl} is not complete; nothing was removed`,
      );
    }
    if (refused.length > 0) {
      throw new Error(
        `The listing of ${folderUrl} lacks ${refused.length} files that the mirror has, more than maxDeletes ` +
          `(${maxDeletes}) allows to remove. Nothing was removed. If BLS really dropped them, raise maxDeletes.`,
      );
    }
    return summary;
  });
}

function summarize({ added, updated, removed, unchanged }: Applied, kept: number): SyncSummary {
  return {
    added: added.sort(),
    updated: updated.sort(),
    removed: removed.sort(),
    unchanged: unchanged.length + kept,
  };
}

function isChange({ added, updated, removed }: SyncSummary): boolean {
  return added.length + updated.length + removed.length > 0;
}
