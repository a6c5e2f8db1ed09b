/**
 * Bytes in pieces, for tables that are too large to be held at once. A block may be overwritten when the next one is
 * requested: copy it to keep it.
 */
export type Blocks = Iterable<Uint8Array>;

/** All blocks as one. */
export function joinBlocks(blocks: Blocks): Buffer {
  // Copied while they pass, because a block does not outlive the next one.
  return Buffer.concat(Array.from(blocks, (block) => Buffer.from(block)));
}
