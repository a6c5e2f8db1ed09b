import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import pMap from "p-map";
import { logger } from "../shared/logger";
import { headObject } from "../shared/objects";
import { type Downloaded, download } from "./download";
import type { Manifest, MirroredFile } from "./manifest";
import type { Plan, PlannedFetch, PlannedName } from "./plan";

/** Where a mirror is and how it is fetched. */
export interface Mirror {
  s3: S3Client;
  bucket: string;
  /** e.g. `raw/bls/pr/`. */
  prefix: string;
  /** E-mail address for the upstream's `User-Agent`. */
  contact: string;
  now: Date;
}

/** What a plan came to. */
export interface Applied {
  /** The manifest's files as they are now. */
  files: Manifest["files"];
  /** Names of files whose object was written; `updated` had one before. */
  added: string[];
  updated: string[];
  removed: string[];
  /** Names of files that were fetched but have the content that the bucket had. */
  unchanged: string[];
  /** What failed; then nothing was removed. */
  errors: Error[];
}

/** Files at once: enough to fill the line, few enough for a public server. */
const CONCURRENCY = 4;
/** Up to here one request; above, parts of this size. S3 asks for at least 5 MiB a part. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Carries out a plan. Makes no decisions but one: what has the content that is there already is not uploaded. Files
 * that fail do not keep others from being updated; files are removed last, and only if nothing failed.
 */
export async function apply(plan: Plan, manifest: Manifest, mirror: Mirror): Promise<Applied> {
  const applied: Applied = {
    files: { ...manifest.files },
    added: [],
    updated: [],
    removed: [],
    unchanged: [],
    errors: [],
  };
  const directory = await mkdtemp(path.join(tmpdir(), "sync-"));
  try {
    await pMap(
      [...plan.add, ...plan.update].entries(),
      ([index, planned]) => fetchFile(planned, path.join(directory, String(index)), mirror, applied),
      { concurrency: CONCURRENCY },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  if (applied.errors.length === 0) {
    await pMap(plan.remove, (planned) => removeFile(planned, mirror, applied), { concurrency: CONCURRENCY });
  }
  return applied;
}

async function fetchFile({ file, reason }: PlannedFetch, diskPath: string, mirror: Mirror, applied: Applied) {
  const key = mirror.prefix + file.name;
  try {
    const content = await download(file, mirror.contact, diskPath);
    const there = await headObject(mirror.s3, mirror.bucket, key);
    const same = there?.Metadata?.md5 === content.md5 && there.ContentLength === content.size;
    const version = same ? there.VersionId : await upload(content, key, file, mirror);
    const outcome = same ? "unchanged" : there === undefined ? "added" : "updated";
    applied[outcome].push(file.name);
    applied.files[file.name] = {
      upstreamDate: file.upstreamDate,
      size: content.size,
      md5: content.md5,
      sha256: content.sha256,
      key,
      version: version ?? null,
      fetchedAt: mirror.now.toISOString(),
    };
    logger.info("file fetched", { file: file.name, reason, outcome, bytes: content.size });
  } catch (cause) {
    applied.errors.push(new Error(`${file.name} (${reason}) was not mirrored`, { cause }));
  } finally {
    await rm(diskPath, { force: true });
  }
}

/** Uploads from disk; S3 itself refuses a body that does not fit its MD5. Returns the new version's id. */
async function upload(content: Downloaded, key: string, file: PlannedFetch["file"], mirror: Mirror) {
  const metadata: Record<
    keyof Pick<MirroredFile, "md5" | "sha256"> | "source" | "upstream-date" | "fetched-at",
    string
  > = {
    source: file.url,
    "upstream-date": file.upstreamDate,
    md5: content.md5,
    sha256: content.sha256,
    "fetched-at": mirror.now.toISOString(),
  };
  const single = content.size <= PART_BYTES;
  const result = await new Upload({
    client: mirror.s3,
    partSize: PART_BYTES,
    queueSize: 2,
    params: {
      Bucket: mirror.bucket,
      Key: key,
      Body: createReadStream(content.path, { highWaterMark: 1024 * 1024 }),
      ContentType: "text/plain; charset=utf-8",
      Metadata: metadata,
      ...(single && { ContentMD5: Buffer.from(content.md5, "hex").toString("base64") }),
    },
  }).done();
  return result.VersionId;
}

async function removeFile({ name, reason }: PlannedName, mirror: Mirror, applied: Applied) {
  const known = applied.files[name];
  try {
    if (known) await mirror.s3.send(new DeleteObjectCommand({ Bucket: mirror.bucket, Key: known.key }));
    delete applied.files[name];
    applied.removed.push(name);
    logger.info("file removed", { file: name, reason });
  } catch (cause) {
    applied.errors.push(new Error(`${name} (${reason}) was not removed`, { cause }));
  }
}
