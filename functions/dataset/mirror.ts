import { createReadStream } from "node:fs";
import { DeleteObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { headObject, listObjects } from "../shared/objects";
import type { Downloaded } from "./download";
import type { ListedFile } from "./listing";
import type { MirroredFile } from "./manifest";

/** Up to here one request; above, parts of this size. S3 asks for at least 5 MiB a part. */
const PART_BYTES = 8 * 1024 * 1024;

/** A survey's objects, `raw/bls/<survey>/<file>`. */
export class Mirror {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    /** e.g. `raw/bls/pr/`. */
    private readonly prefix: string,
  ) {}

  /** What is there: ETags by file name. */
  async objects(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const { Key = "", ETag = "" } of listObjects(this.s3, this.bucket, this.prefix)) {
      found.set(Key.slice(this.prefix.length), ETag);
    }
    return found;
  }

  /**
   * Makes the file's object hold this content, without uploading what is there already.
   *
   * @param known what the manifest says of the object; its ETag proves that the object still is what was uploaded.
   * @returns whether there was an object, whether it had the content, and how the object is now.
   */
  async put(file: ListedFile, content: Downloaded, known: MirroredFile | undefined, now: Date) {
    const key = this.prefix + file.name;
    const there = await headObject(this.s3, this.bucket, key);
    const same = there !== undefined && holds(there, content, known);
    const { ETag, VersionId } = same ? there : await this.upload(key, file, content, now);
    const { size, md5, sha256 } = content;
    const fetchedAt = same ? (there.Metadata?.["fetched-at"] ?? now.toISOString()) : now.toISOString();
    const mirrored: MirroredFile = {
      upstreamDate: file.upstreamDate,
      size,
      md5,
      sha256,
      key,
      etag: ETag ?? "",
      version: VersionId ?? null,
      fetchedAt,
    };
    return { outcome: same ? "unchanged" : there === undefined ? "added" : "updated", mirrored } as const;
  }

  async remove(name: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: this.prefix + name }));
  }

  /** Uploads from disk; S3 itself refuses a body that does not fit its MD5 or SHA-256. */
  private async upload(key: string, file: ListedFile, { path, size, md5, sha256 }: Downloaded, now: Date) {
    const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
    const upload = new Upload({
      client: this.s3,
      partSize: PART_BYTES,
      queueSize: 2,
      params: {
        Bucket: this.bucket,
        Key: key,
        Body: createReadStream(path, { highWaterMark: 256 * 1024 }),
        ContentType: "text/plain; charset=utf-8",
        Metadata: {
          source: file.url,
          "upstream-date": file.upstreamDate,
          md5,
          sha256,
          "fetched-at": now.toISOString(),
        },
        ...(size <= PART_BYTES
          ? { ContentMD5: base64(md5), ChecksumSHA256: base64(sha256) }
          : { ChecksumAlgorithm: "SHA256" }),
      },
    });
    return upload.done();
  }
}

/**
 * Whether the object has this content. The ETag of an object that came in one request is its MD5; of one that came in
 * parts it is not, and the MD5 in its metadata counts, unless the manifest knows that this content was uploaded as
 * another object. (Of content that it does not know, an object can only be from a run that was killed before it could
 * say so.)
 */
function holds(
  there: HeadObjectCommandOutput,
  { size, md5 }: Downloaded,
  known: MirroredFile | undefined,
): boolean {
  if (there.ContentLength !== size || there.Metadata?.md5 !== md5) return false;
  if (there.ETag === `"${md5}"`) return true;
  return size > PART_BYTES && (known?.md5 !== md5 || known.etag === there.ETag);
}
