import type { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { manifestKey } from "../shared/keys";
import { JSON_TYPE, putObject, readText, toJson } from "../shared/objects";

const fileSchema = z.strictObject({
  /** As the listing told it when the file was fetched: Washington time, to the minute. */
  upstreamDate: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** Hexadecimal. */
  md5: z.hex(),
  sha256: z.hex(),
  key: z.string(),
  /** Of the object in S3; it changes whenever the object's content does. */
  etag: z.string(),
  /** Of the object in S3; null where the bucket is not versioned. */
  version: z.string().nullable(),
  fetchedAt: z.iso.datetime(),
});

const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** By file name. */
  files: z.record(z.string(), fileSchema),
  /** When every file's content was last compared; null before the first time. */
  lastVerified: z.iso.datetime().nullable(),
  /** When a sync last changed anything in the mirror; null before the first. */
  lastChange: z.iso.datetime().nullable(),
});

/** What is known of a file in the mirror. */
export type MirroredFile = z.infer<typeof fileSchema>;

/** What a sync knows of its mirror: `bls-<survey>.json` in the state bucket. */
export type Manifest = z.infer<typeof manifestSchema>;

export const EMPTY_MANIFEST: Manifest = { schemaVersion: 1, files: {}, lastVerified: null, lastChange: null };

/** The manifest with the ETag that {@link writeManifest} needs; null where there was none yet. */
export interface StoredManifest {
  manifest: Manifest;
  etag: string | null;
}

/** @throws Error when what is there is no manifest; its earlier versions are in the bucket. */
export async function readManifest(s3: S3Client, bucket: string, survey: string): Promise<StoredManifest> {
  const key = manifestKey(survey);
  const object = await readText(s3, bucket, key);
  if (object === undefined) return { manifest: EMPTY_MANIFEST, etag: null };
  try {
    return { manifest: manifestSchema.parse(JSON.parse(object.text)), etag: object.etag };
  } catch (cause) {
    throw new Error(
      `s3://${bucket}/${key} is no manifest: restore an earlier version of it, or remove it to sync afresh.`,
      { cause },
    );
  }
}

/** @throws ConflictError when another run wrote it since it was read. */
export async function writeManifest(
  s3: S3Client,
  bucket: string,
  survey: string,
  manifest: Manifest,
  etag: string | null,
): Promise<void> {
  await putObject(s3, bucket, manifestKey(survey), {
    body: toJson(manifest),
    contentType: JSON_TYPE,
    replaces: etag,
  });
}
