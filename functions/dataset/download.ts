import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type UpstreamClient, UpstreamError } from "../shared/upstream";
import type { ListedFile } from "./listing";

/** A downloaded file on disk. */
export interface Downloaded {
  path: string;
  /** Bytes, after decoding. */
  size: number;
  /** Hexadecimal. */
  md5: string;
  sha256: string;
}

/**
 * Streams a file to disk and hashes it on the way, so memory use does not depend on its size. The file on disk is
 * decoded from any supported `Content-Encoding`. A download that is cut off starts again.
 *
 * @throws UpstreamError if the file cannot be downloaded, or its length differs from the listing's.
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
        `${file.url} has ${size} bytes, but the listing says ${file.size}: it was cut short, or changed since the listing.`,
      );
    }
    return { path, size, md5: md5.digest("hex"), sha256: sha256.digest("hex") };
  });
}
