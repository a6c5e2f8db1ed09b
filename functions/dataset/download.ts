import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { requestUpstream, UpstreamError } from "../shared/upstream";
import type { ListedFile } from "./listing";

/** A file on disk, with what was learnt on the way. */
export interface Downloaded {
  path: string;
  /** Bytes, decoded. */
  size: number;
  /** Hexadecimal. */
  md5: string;
  sha256: string;
}

/**
 * Streams a file to disk, hashing it on the way; memory does not grow with its size. What is stored is decoded,
 * whatever `Content-Encoding` it came in.
 *
 * @throws UpstreamError when it cannot be had, or is not as long as the listing says.
 */
export async function download(file: ListedFile, contact: string, path: string): Promise<Downloaded> {
  return requestUpstream(file.url, contact, async (response) => {
    const md5 = createHash("md5");
    const sha256 = createHash("sha256");
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        md5.update(chunk);
        sha256.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(response.body ?? [], measure, createWriteStream(path));
    if (size !== file.size) {
      throw new UpstreamError(
        `${file.url} came with ${size} bytes where the listing says ${file.size}: it was cut short, or changed since.`,
      );
    }
    return { path, size, md5: md5.digest("hex"), sha256: sha256.digest("hex") };
  });
}
