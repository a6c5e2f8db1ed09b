/**
 * Bytes in pieces, for tables too large to hold in memory. Requesting the next block may overwrite the current one:
 * copy it to keep it.
 */
export type Blocks = Iterable<Uint8Array>;

/** Copies all blocks into one buffer. */
export function joinBlocks(blocks: Blocks): Buffer {
  return Buffer.concat(Array.from(blocks, (block) => Buffer.from(block)));
}
