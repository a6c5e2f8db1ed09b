import { PERIODS } from "./periods";

/** Values per record: one for each of {@link PERIODS}. */
export const SLOTS = PERIODS.length;
const QUARTERS = 4;
const ALL_QUARTERS = 0b1111;
const ANNUAL = 4;

/** A block holds 2^BLOCK_BITS records. */
export const BLOCK_BITS = 12;
const BLOCK = 1 << BLOCK_BITS;
/** Mask that turns a record's index into its position in its block. */
export const IN_BLOCK = BLOCK - 1;

/** Columns for a fixed number of series-years. A table grows by whole blocks, so growing copies nothing. */
export interface Block {
  series: Int32Array;
  year: Int16Array;
  /** One bit for each period that has a value, bit 0 for `Q01`; 0 if the block has no such record yet. */
  present: Uint8Array;
  /** {@link SLOTS} values per record; 0 if missing. 32-bit until a value needs more, which is rare. */
  thousandths: Int32Array | Float64Array;
}

/** An empty block. */
export function createBlock(): Block {
  return {
    series: new Int32Array(BLOCK),
    year: new Int16Array(BLOCK),
    present: new Uint8Array(BLOCK),
    thousandths: new Int32Array(BLOCK * SLOTS),
  };
}

/** Stores a value for the record at a position; returns false and changes nothing if the period already has one. */
export function putValue(block: Block, at: number, slot: number, thousandths: number): boolean {
  const present = block.present[at] as number;
  if ((present >> slot) & 1) return false;
  block.present[at] = present | (1 << slot);
  if (thousandths !== (thousandths | 0)) widen(block);
  block.thousandths[at * SLOTS + slot] = thousandths;
  return true;
}

/** Makes room for values of more than 32 bits. */
function widen(block: Block): void {
  if (block.thousandths instanceof Int32Array) block.thousandths = Float64Array.from(block.thousandths);
}

/** Whether any of `Q01`–`Q04` has a value in the record at this position of the block. */
export function hasQuarters({ present }: Readonly<Block>, at: number): boolean {
  return ((present[at] as number) & ALL_QUARTERS) !== 0;
}

/** Whether `Q05` has a value. */
export function hasAnnual({ present }: Readonly<Block>, at: number): boolean {
  return (((present[at] as number) >> ANNUAL) & 1) === 1;
}

/** How many of `Q01`–`Q04` have a value. */
export function countQuarters({ present }: Readonly<Block>, at: number): number {
  const periods = present[at] as number;
  return (periods & 1) + ((periods >> 1) & 1) + ((periods >> 2) & 1) + ((periods >> 3) & 1);
}

/**
 * The value that ranks a year within its series, in thousandths: the exact sum of its quarters; `Q05` if it has no
 * quarters.
 */
export function rankingValue(block: Readonly<Block>, at: number): number {
  return hasQuarters(block, at) ? sumQuarters(block, at) : (block.thousandths[at * SLOTS + ANNUAL] as number);
}

function sumQuarters({ thousandths }: Readonly<Block>, at: number): number {
  let sum = 0;
  for (let slot = 0; slot < QUARTERS; slot++) sum += thousandths[at * SLOTS + slot] as number;
  return sum;
}
