import { Names } from "./names";
import { RecordIndex } from "./recordIndex";
import { sortRecords, sortSeries } from "./recordOrder";

/** The periods of a quarterly BLS survey: four quarters, then `Q05`, the annual average. */
export const PERIODS: readonly string[] = ["Q01", "Q02", "Q03", "Q04", "Q05"];

/** First and last year that a row may have; both leave ample room around what BLS publishes. */
export const MIN_YEAR = 1800;
export const MAX_YEAR = 2199;

const SLOTS = PERIODS.length;
const QUARTERS = 4;
const ALL_QUARTERS = 0b1111;
const ANNUAL = 4;

/** Records a block, a power of two. */
const BLOCK_BITS = 12;
const BLOCK = 1 << BLOCK_BITS;
/** The bits of a record's index that are its place in its block. */
export const IN_BLOCK = BLOCK - 1;

/** Columns of {@link BLOCK} records. Blocks are added as they are needed: nothing is ever copied to grow. */
export interface Block {
  series: Int32Array;
  year: Int16Array;
  /** One bit a period that has a value, bit 0 for `Q01`; 0 where the block has no record yet. */
  present: Uint8Array;
  /** Five a record, 0 for none. 32 bits a value until one needs more, which hardly any survey has. */
  thousandths: Int32Array | Float64Array;
}

/**
 * The values of a data file in columns: one record a series and year, five values a record. Values are whole
 * thousandths, so that sums are exact. Memory grows with the number of series-years, whatever the order of rows.
 *
 * A series is known by its index in {@link seriesIds}, a series-year by its record's index; both are in the order of
 * first appearance. {@link sortedRecords} gives the order that does not depend on it.
 */
export class SeriesYears {
  readonly #names = new Names();
  readonly #blocks: Block[] = [];
  /** By series: the record of its latest year, and 1; 0 while it has none. */
  #latest = new Int32Array(1);
  #records = 0;
  #values = 0;
  /** BLS's files have each series' years in order: it is made for the first year looked for behind the latest. */
  #index: RecordIndex | undefined;
  /** See {@link sortedSeries}; of as many series as there were when it was made. */
  #sortedSeries: Int32Array = new Int32Array(0);

  /** Number of series-years. */
  get records(): number {
    return this.#records;
  }

  /** Number of values, that is of rows kept. */
  get valueCount(): number {
    return this.#values;
  }

  /** The columns, for loops that go through all records. */
  get blocks(): readonly Readonly<Block>[] {
    return this.#blocks;
  }

  /** The ids of the series, by index. */
  get seriesIds(): readonly string[] {
    return this.#names.texts;
  }

  /** Finds or adds the series whose id is the ASCII in `bytes[from…to)`; makes no string unless it is new. */
  series(bytes: Uint8Array, from: number, to: number): number {
    const series = this.#names.add(bytes, from, to);
    if (series === this.#latest.length) {
      const longer = new Int32Array(series * 2);
      longer.set(this.#latest);
      this.#latest = longer;
    }
    return series;
  }

  /** The record of a series and year, or -1. */
  find(series: number, year: number): number {
    const latest = (this.#latest[series] ?? 0) - 1;
    if (latest === -1 || year > this.yearOf(latest)) return -1;
    if (year === this.yearOf(latest)) return latest;
    this.#index ??= new RecordIndex(this);
    return this.#index.find(series, year);
  }

  /** Finds or adds the record of a series and year. */
  record(series: number, year: number): number {
    const latest = (this.#latest[series] as number) - 1;
    if (latest === -1 || year > this.yearOf(latest)) {
      const record = this.#add(series, year);
      this.#latest[series] = record + 1;
      return record;
    }
    const found = this.find(series, year);
    return found === -1 ? this.#add(series, year) : found;
  }

  /** Stores a value; false, with nothing changed, when the record has one for that period already. */
  put(record: number, slot: number, thousandths: number): boolean {
    const block = this.#blocks[record >> BLOCK_BITS] as Block;
    const at = record & IN_BLOCK;
    const present = block.present[at] as number;
    if ((present >> slot) & 1) return false;
    block.present[at] = present | (1 << slot);
    if (thousandths !== (thousandths | 0)) widen(block);
    block.thousandths[at * SLOTS + slot] = thousandths;
    this.#values++;
    return true;
  }

  /** The block that a record is in, at the place {@link IN_BLOCK} of its index. */
  blockOf(record: number): Readonly<Block> {
    return this.#blocks[record >> BLOCK_BITS] as Block;
  }

  seriesOf(record: number): number {
    return (this.#blocks[record >> BLOCK_BITS] as Block).series[record & IN_BLOCK] as number;
  }

  yearOf(record: number): number {
    return (this.#blocks[record >> BLOCK_BITS] as Block).year[record & IN_BLOCK] as number;
  }

  /** One bit a period that has a value, bit 0 for `Q01`. */
  presentOf(record: number): number {
    return (this.#blocks[record >> BLOCK_BITS] as Block).present[record & IN_BLOCK] as number;
  }

  /** Thousandths; 0 where the period has no value, see {@link presentOf}. */
  valueOf(record: number, slot: number): number {
    const { thousandths } = this.#blocks[record >> BLOCK_BITS] as Block;
    return thousandths[(record & IN_BLOCK) * SLOTS + slot] as number;
  }

  /** Whether any of `Q01`–`Q04` has a value. */
  hasQuarters(record: number): boolean {
    return hasQuarters(this.#blocks[record >> BLOCK_BITS] as Block, record & IN_BLOCK);
  }

  /** How many of `Q01`–`Q04` have a value. */
  quartersOf(record: number): number {
    return quartersOf(this.#blocks[record >> BLOCK_BITS] as Block, record & IN_BLOCK);
  }

  /** What a year's rank is by, in thousandths: the exact sum of its quarters; of a year without any, `Q05`. */
  rankedValueOf(record: number): number {
    return rankedValue(this.#blocks[record >> BLOCK_BITS] as Block, record & IN_BLOCK);
  }

  /** Indexes of all series, sorted by id. */
  sortedSeries(): Readonly<Int32Array> {
    if (this.#sortedSeries.length !== this.seriesIds.length) this.#sortedSeries = sortSeries(this.seriesIds);
    return this.#sortedSeries;
  }

  /** Indexes of all records, sorted by series id, then year. */
  sortedRecords(): Int32Array {
    const records = new Int32Array(this.#records);
    for (let record = 0; record < records.length; record++) records[record] = record;
    return sortRecords(this, records);
  }

  #add(series: number, year: number): number {
    const record = this.#records++;
    const at = record & IN_BLOCK;
    if (at === 0) this.#blocks.push(newBlock());
    const block = this.#blocks[record >> BLOCK_BITS] as Block;
    block.series[at] = series;
    block.year[at] = year;
    this.#index?.enter(record);
    return record;
  }
}

/** See {@link SeriesYears.hasQuarters}; of the record at a place of its block, as the others below. */
export function hasQuarters({ present }: Readonly<Block>, at: number): boolean {
  return ((present[at] as number) & ALL_QUARTERS) !== 0;
}

/** Whether `Q05` has a value. */
export function hasAnnual({ present }: Readonly<Block>, at: number): boolean {
  return (((present[at] as number) >> ANNUAL) & 1) === 1;
}

/** See {@link SeriesYears.quartersOf}. */
export function quartersOf({ present }: Readonly<Block>, at: number): number {
  const periods = present[at] as number;
  return (periods & 1) + ((periods >> 1) & 1) + ((periods >> 2) & 1) + ((periods >> 3) & 1);
}

/** See {@link SeriesYears.rankedValueOf}. */
export function rankedValue(block: Readonly<Block>, at: number): number {
  return hasQuarters(block, at) ? quarterSum(block, at) : (block.thousandths[at * SLOTS + ANNUAL] as number);
}

function quarterSum({ thousandths }: Readonly<Block>, at: number): number {
  let sum = 0;
  for (let slot = 0; slot < QUARTERS; slot++) sum += thousandths[at * SLOTS + slot] as number;
  return sum;
}

/** Makes room for values of more than 32 bits. */
function widen(block: Block): void {
  if (block.thousandths instanceof Int32Array) block.thousandths = Float64Array.from(block.thousandths);
}

function newBlock(): Block {
  return {
    series: new Int32Array(BLOCK),
    year: new Int16Array(BLOCK),
    present: new Uint8Array(BLOCK),
    thousandths: new Int32Array(BLOCK * SLOTS),
  };
}
