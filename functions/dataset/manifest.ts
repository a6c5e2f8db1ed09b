import * as z from "zod";
import type { Bucket } from "../shared/bucket";
import { manifestKey } from "../shared/keys";

const fileSchema = z.strictObject({
  /** As the listing showed it when the file was fetched: Washington time, to the minute. */
  upstreamDate: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** Hexadecimal. */
  md5: z.hex(),
  sha256: z.hex(),
  key: z.string(),
  /** ETag of the object in S3; changes with its content. */
  etag: z.string(),
  /** Version of the object in S3; null in a bucket without versions. */
  version: z.string().nullable(),
  fetchedAt: z.iso.datetime(),
});

const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** By file name. */
  files: z.record(z.string(), fileSchema),
  /** When the content of every file was last compared; null before the first time. */
  lastVerified: z.iso.datetime().nullable(),
  /** When a sync last changed anything in the mirror; null before the first change. */
  lastChange: z.iso.datetime().nullable(),
});

/** What the manifest records about a file in the mirror. */
export type MirroredFile = z.infer<typeof fileSchema>;

/** What syncs record about a mirror: `bls-<survey>.json` in the state bucket. */
export type Manifest = z.infer<typeof manifestSchema>;

export const EMPTY_MANIFEST: Manifest = { schemaVersion: 1, files: {}, lastVerified: null, lastChange: null };

/** A manifest, and the ETag that {@link writeManifest} needs; null if there is no manifest yet. */
export interface StoredManifest {
  manifest: Manifest;
  etag: string | null;
}

/** @throws Error if the object is not a valid manifest; the bucket still has its earlier versions. */
export async function readManifest(stateBucket: Bucket, survey: string): Promise<StoredManifest> {
  const stored = await stateBucket.readJson(manifestKey(survey), manifestSchema);
  if (stored === undefined) return { manifest: EMPTY_MANIFEST, etag: null };
  return { manifest: stored.value, etag: stored.etag };
}

/**
 * @param etag ETag of the manifest that this one replaces.
 * @throws ConflictError if another run has written one since.
 */
export async function writeManifest(
  stateBucket: Bucket,
  survey: string,
  { manifest, etag }: StoredManifest,
): Promise<void> {
  await stateBucket.putJson(manifestKey(survey), manifest, { replaces: etag });
}

/** The manifest's entry for a file; undefined if it is missing. */
export function findFile({ files }: Pick<Manifest, "files">, name: string): MirroredFile | undefined {
  // A file may be named `constructor`, a property that every object inherits.
  return Object.hasOwn(files, name) ? files[name] : undefined;
}
