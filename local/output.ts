import type { Writable } from "node:stream";

/**
 * Lets whoever reads the output stop when they have seen enough, as `head` does: what is written then is dropped, and
 * the command ends as it would have. Every other error of the output is thrown.
 */
export function endQuietlyWithReader(output: Writable): void {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
