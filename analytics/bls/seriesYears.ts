import {
  BLOCK_BITS,
  type Block,
  countQuarters,
  createBlock,
  hasQuarters,
  IN_BLOCK,
  putValue,
  rankingValue,
  SLOTS,
} from "./columns";
import { Names } from "./names";
import { RecordIndex } from "./recordIndex";
import { type SortableRecords, sortRecords, sortSeries } from "./recordOrder";

/**
 * The values of a data file in columns: one record for each series and year, with five values. Values are whole
 * thousandths, so sums are exact. Memory use depends only on the number of series-years, not on the order of rows.
 *
 * A series is identified by its index in {@link seriesIds}, a series-year by its record's index. Both are in order of
 * first appearance; {@link sortedRecords} gives an order that does not depend on that.
 */
export class SeriesYears implements SortableRecords {
  readonly #names = new Names();
  readonly #blocks: Block[] = [];
  /** By series: the record of its latest year, plus 1; 0 if it has no record yet. */
  #latest = new Int32Array(1);
  #recordCount = 0;
  #valueCount = 0;
  /** Created at the first search for a year before a series' latest; BLS's files, which are in order, never need it. */
  #index: RecordIndex | undefined;
  /** See {@link sortedSeries}; outdated if series were added since. */
  #sortedSeries: Int32Array = new Int32Array(0);

  /** Number of series-years. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /** Number of values, which is the number of rows kept. */
  get valueCount(): number {
    return this.#valueCount;
  }

  /** The columns, for loops over all records. */
  get blocks(): readonly Readonly<Block>[] {
    return this.#blocks;
  }

  /** The ids of the series, by index. */
  get seriesIds(): readonly string[] {
    return this.#names.texts;
  }

  /** Finds or adds the series whose id is the ASCII in `bytes[from…to)`; creates a string only for a new one. */
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

  /** Stores a value; returns false and changes nothing if the record already has one for that period. */
  put(record: number, slot: number, thousandths: number): boolean {
    const block = this.#blocks[record >> BLOCK_BITS] as Block;
    const isNew = putValue(block, record & IN_BLOCK, slot, thousandths);
    if (isNew) this.#valueCount++;
    return isNew;
  }

  /** The block that holds a record, at the position `record & IN_BLOCK`. */
  blockOf(record: number): Readonly<Block> {
    return this.#blocks[record >> BLOCK_BITS] as Block;
  }

  seriesOf(record: number): number {
    return (this.#blocks[record >> BLOCK_BITS] as Block).series[record & IN_BLOCK] as number;
  }

  yearOf(record: number): number {
    return (this.#blocks[record >> BLOCK_BITS] as Block).year[record & IN_BLOCK] as number;
  }

  /** One bit for each period that has a value, bit 0 for `Q01`. */
  presentOf(record: number): number {
    return (this.#blocks[record >> BLOCK_BITS] as Block).present[record & IN_BLOCK] as number;
  }

  /** Thousandths; 0 if the period has no value, see {@link presentOf}. */
  valueOf(record: number, slot: number): number {
    const { thousandths } = this.#blocks[record >> BLOCK_BITS] as Block;
    return thousandths[(record & IN_BLOCK) * SLOTS + slot] as number;
  }

  /** See {@link hasQuarters}. */
  hasQuarters(record: number): boolean {
    return hasQuarters(this.blockOf(record), record & IN_BLOCK);
  }

  /** See {@link countQuarters}. */
  countQuarters(record: number): number {
    return countQuarters(this.blockOf(record), record & IN_BLOCK);
  }

  /** See {@link rankingValue}. */
  rankingValue(record: number): number {
    return rankingValue(this.blockOf(record), record & IN_BLOCK);
  }

  sortedSeries(): Readonly<Int32Array> {
    if (this.#sortedSeries.length !== this.seriesIds.length) this.#sortedSeries = sortSeries(this.seriesIds);
    return this.#sortedSeries;
  }

  /** Indexes of all records, sorted by series id, then year. */
  sortedRecords(): Int32Array {
    const records = new Int32Array(this.#recordCount);
    for (let record = 0; record < records.length; record++) records[record] = record;
    return sortRecords(this, records);
  }

  #add(series: number, year: number): number {
    const record = this.#recordCount++;
    const at = record & IN_BLOCK;
    if (at === 0) this.#blocks.push(createBlock());
    const block = this.#blocks[record >> BLOCK_BITS] as Block;
    block.series[at] = series;
    block.year[at] = year;
    this.#index?.add(record);
    return record;
  }
}
