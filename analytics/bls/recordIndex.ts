import { hashNumber } from "./names";
import type { SeriesYears } from "./seriesYears";

/** Entries of a table for few records. */
const SMALLEST = 4096;

/** Finds the records of a {@link SeriesYears} by series and year, in whatever order they were added. */
export class RecordIndex {
  /** Open addressing; an entry is a record's number and 1, and 0 is free. At most half full. */
  #table = new Int32Array(SMALLEST);

  /** An index of the records that there are; later ones have to be entered. */
  constructor(private readonly values: SeriesYears) {
    this.#rebuild();
  }

  /** The record of a series and year, or -1. */
  find(series: number, year: number): number {
    return (this.#table[this.#place(series, year)] as number) - 1;
  }

  /** Takes up the record that was added last. */
  enter(record: number): void {
    if (this.values.records * 2 > this.#table.length) this.#rebuild();
    else this.#put(record);
  }

  #rebuild(): void {
    let length = this.#table.length;
    while (this.values.records * 2 > length) length *= 2;
    this.#table = new Int32Array(length);
    for (let record = 0; record < this.values.records; record++) this.#put(record);
  }

  #put(record: number): void {
    this.#table[this.#place(this.values.seriesOf(record), this.values.yearOf(record))] = record + 1;
  }

  /** Where in the table the record is, or where it would go. */
  #place(series: number, year: number): number {
    const mask = this.#table.length - 1;
    // Eight years side by side: rows come mostly in order, and memory is read in lines.
    let at = ((hashNumber(Math.imul(series, 0x9e3779b1) ^ (year >> 3)) << 3) + (year & 7)) & mask;
    for (let entry = this.#table[at] as number; entry !== 0; entry = this.#table[at] as number) {
      if (this.values.seriesOf(entry - 1) === series && this.values.yearOf(entry - 1) === year) break;
      at = (at + 1) & mask;
    }
    return at;
  }
}
