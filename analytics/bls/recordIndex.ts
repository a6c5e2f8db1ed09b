import { hashNumber } from "./names";

/** Size of the first table. */
const SMALLEST = 4096;

/** Series-years by record number; numbers start at 0, in order of first appearance. */
export interface Records {
  readonly recordCount: number;
  seriesOf(record: number): number;
  yearOf(record: number): number;
}

/** Finds records by series and year. Records may be added in any order. */
export class RecordIndex {
  /** Open addressing: an entry is a record's number plus 1; 0 is free. At most half full. */
  #table = new Int32Array(SMALLEST);

  /** Indexes the existing records. Each later one must be passed to {@link add}. */
  constructor(private readonly records: Records) {
    this.#rebuild();
  }

  /** The record of a series and year, or -1. */
  find(series: number, year: number): number {
    return (this.#table[this.#entryOf(series, year)] as number) - 1;
  }

  /** Adds the newest record. */
  add(record: number): void {
    if (this.records.recordCount * 2 > this.#table.length) this.#rebuild();
    else this.#put(record);
  }

  #rebuild(): void {
    let length = this.#table.length;
    while (this.records.recordCount * 2 > length) length *= 2;
    this.#table = new Int32Array(length);
    for (let record = 0; record < this.records.recordCount; record++) this.#put(record);
  }

  #put(record: number): void {
    this.#table[this.#entryOf(this.records.seriesOf(record), this.records.yearOf(record))] = record + 1;
  }

  /** The record's entry in the table, or the free entry where it would go. */
  #entryOf(series: number, year: number): number {
    const mask = this.#table.length - 1;
    // Places eight consecutive years side by side: rows are mostly in order, and memory is read in cache lines.
    let at = ((hashNumber(Math.imul(series, 0x9e3779b1) ^ (year >> 3)) << 3) + (year & 7)) & mask;
    for (let entry = this.#table[at] as number; entry !== 0; entry = this.#table[at] as number) {
      if (this.records.seriesOf(entry - 1) === series && this.records.yearOf(entry - 1) === year) break;
      at = (at + 1) & mask;
    }
    return at;
  }
}
