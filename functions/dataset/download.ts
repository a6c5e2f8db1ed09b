import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type UpstreamClient, UpstreamError } from "../shared/upstream";
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
 * whatever `Content-Encoding` it came in. A cut download starts again.
 *
 * @throws UpstreamError when it cannot be had, or is not as long as the listing says.
 */
export async function download(
  file: ListedFile,
  upstream: UpstreamClient,
  path: string,
): Promise<Downloaded> {
  return upstream(file.url, async (body) => {
    const md5 = createHash("md5");
    const sha256 = createHash("sha256");
    let size = 0;
    async function* measured() {
      for await (const chunk of body) {
        md5.update(chunk);
        sha256.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    }
    await pipeline(measured, createWriteStream(path));
    if (size !== file.size) {
      throw new UpstreamError(
        `${file.url} came with ${size} bytes where the listing says ${file.size}: it was cut short, or changed since.`,
      );
    }
    return { path, size, md5: md5.digest("hex"), sha256: sha256.digest("hex") };
  });
}
