import { createReadStream } from "node:fs";
import type { HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { Bucket } from "../shared/bucket";
import type { Downloaded } from "./download";
import type { ListedFile } from "./listing";
import type { MirroredFile } from "./manifest";

/** Files up to this size are uploaded in one request, larger ones in parts of this size. S3's minimum is 5 MiB. */
export const PART_BYTES = 8 * 1024 * 1024;

/** A survey's objects in the data bucket, one per file. */
export class Mirror {
  /** @param prefix e.g. `raw/bls/pr/`. */
  constructor(
    private readonly bucket: Bucket,
    private readonly prefix: string,
  ) {}

  /** ETags of the objects in the bucket, by file name. */
  async etags(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const { Key = "", ETag = "" } of this.bucket.list(this.prefix)) {
      found.set(Key.slice(this.prefix.length), ETag);
    }
    return found;
  }

  /**
   * Stores the content as the file's object, unless the object already has it.
   *
   * @param known the file's entry in the manifest.
   * @returns whether the object was added, updated or left unchanged, and its state now.
   */
  async put(file: ListedFile, content: Downloaded, known: MirroredFile | undefined, now: Date) {
    const key = this.prefix + file.name;
    const head = await this.bucket.head(key);
    const isSame = head !== undefined && hasContent(head, content, known);
    const { ETag, VersionId } = isSame ? head : await this.upload(key, file, content, now);
    const { size, md5, sha256 } = content;
    const fetchedAt = isSame ? (head.Metadata?.["fetched-at"] ?? now.toISOString()) : now.toISOString();
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
    return { outcome: isSame ? "unchanged" : head === undefined ? "added" : "updated", mirrored } as const;
  }

  async remove(name: string): Promise<void> {
    await this.bucket.remove(this.prefix + name);
  }

  /** Uploads from disk. S3 itself rejects a body that does not match its MD5 or SHA-256. */
  private async upload(key: string, file: ListedFile, { path, size, md5, sha256 }: Downloaded, now: Date) {
    const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
    const upload = new Upload({
      client: this.bucket.s3,
      partSize: PART_BYTES,
      queueSize: 2,
      params: {
        Bucket: this.bucket.name,
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
 * Whether an object has this content.
 *
 * If an object was uploaded in one request, its ETag is its MD5. If it was uploaded in parts, the MD5 in its metadata
 * counts, unless the manifest has this content with another ETag. (If the manifest does not have this content, a run
 * must have uploaded it and been killed before it wrote the manifest.)
 *
 * @param known the file's entry in the manifest.
 */
export function hasContent(
  head: Pick<HeadObjectCommandOutput, "ContentLength" | "ETag" | "Metadata">,
  { size, md5 }: Pick<Downloaded, "size" | "md5">,
  known: Pick<MirroredFile, "md5" | "etag"> | undefined,
): boolean {
  if (head.ContentLength !== size || head.Metadata?.md5 !== md5) return false;
  if (head.ETag === `"${md5}"`) return true;
  return size > PART_BYTES && (known?.md5 !== md5 || known.etag === head.ETag);
}
