import { hashNumber, Names } from "./names";

/** The periods of a quarterly BLS survey: four quarters, then `Q05`, the annual average. */
export const PERIODS: readonly string[] = ["Q01", "Q02", "Q03", "Q04", "Q05"];

/** First and last year that a row may have; both leave ample room around what BLS publishes. */
export const MIN_YEAR = 1800;
export const MAX_YEAR = 2199;

const SLOTS = PERIODS.length;
const QUARTERS = 4;
const ANNUAL = 4;
const YEARS = 1 + MAX_YEAR - MIN_YEAR;

/**
 * The values of a data file in columns: one record a series and year, five values a record. Values are whole
 * thousandths, so that sums are exact. Memory grows with the number of series-years, whatever the order of rows.
 *
 * A series is known by its index in {@link seriesIds}, a series-year by its record's index; both are in the order of
 * first appearance. {@link sortedRecords} gives the order that does not depend on it.
 */
export class SeriesYears {
  readonly #names = new Names();
  #recordTable = new Int32Array(4096);
  #series = new Int32Array(2048);
  #year = new Int16Array(2048);
  #present = new Uint8Array(2048);
  #thousandths = new Float64Array(2048 * SLOTS);
  #records = 0;
  #values = 0;

  /** Number of series-years. */
  get records(): number {
    return this.#records;
  }

  /** Number of values, that is of rows kept. */
  get values(): number {
    return this.#values;
  }

  /** The ids of the series, by index. */
  get seriesIds(): readonly string[] {
    return this.#names.texts;
  }

  /** Finds or adds the series whose id is the ASCII in `bytes[from…to)`; makes no string unless it is new. */
  series(bytes: Uint8Array, from: number, to: number): number {
    return this.#names.add(bytes, from, to);
  }

  /** The record of a series and year, or -1. */
  find(series: number, year: number): number {
    return (this.#recordTable[this.#place(series, year)] as number) - 1;
  }

  /** Finds or adds the record of a series and year. */
  record(series: number, year: number): number {
    const at = this.#place(series, year);
    const found = this.#recordTable[at] as number;
    if (found !== 0) return found - 1;
    if (this.#records === this.#series.length) this.#growColumns();
    this.#series[this.#records] = series;
    this.#year[this.#records] = year;
    this.#recordTable[at] = ++this.#records;
    if (this.#records * 2 > this.#recordTable.length) this.#growRecordTable();
    return this.#records - 1;
  }

  /** Stores a value; false, with nothing changed, when the record has one for that period already. */
  put(record: number, slot: number, thousandths: number): boolean {
    const present = this.#present[record] as number;
    if ((present >> slot) & 1) return false;
    this.#present[record] = present | (1 << slot);
    this.#thousandths[record * SLOTS + slot] = thousandths;
    this.#values++;
    return true;
  }

  seriesOf(record: number): number {
    return this.#series[record] as number;
  }

  yearOf(record: number): number {
    return this.#year[record] as number;
  }

  /** One bit a period that has a value, bit 0 for `Q01`. */
  presentOf(record: number): number {
    return this.#present[record] as number;
  }

  /** Thousandths; 0 where the period has no value, see {@link presentOf}. */
  valueOf(record: number, slot: number): number {
    return this.#thousandths[record * SLOTS + slot] as number;
  }

  /** How many of `Q01`–`Q04` have a value. */
  quartersOf(record: number): number {
    let quarters = 0;
    for (let slot = 0; slot < QUARTERS; slot++) quarters += (this.presentOf(record) >> slot) & 1;
    return quarters;
  }

  /** Exact sum of `Q01`–`Q04` in thousandths. */
  quarterSumOf(record: number): number {
    let sum = 0;
    for (let slot = 0; slot < QUARTERS; slot++) sum += this.valueOf(record, slot);
    return sum;
  }

  hasAnnual(record: number): boolean {
    return ((this.presentOf(record) >> ANNUAL) & 1) === 1;
  }

  /** `Q05` in thousandths. */
  annualOf(record: number): number {
    return this.valueOf(record, ANNUAL);
  }

  /** Indexes of all series, sorted by id (by code unit). */
  sortedSeries(): number[] {
    const ids = this.seriesIds;
    return ids.map((_, series) => series).sort((a, b) => ((ids[a] as string) < (ids[b] as string) ? -1 : 1));
  }

  /** Indexes of all records, sorted by series id, then year. */
  sortedRecords(): Int32Array {
    const series = this.sortedSeries();
    const rank = new Int32Array(series.length);
    for (const [place, index] of series.entries()) rank[index] = place;
    const keys = new Float64Array(this.#records);
    for (let record = 0; record < this.#records; record++) {
      keys[record] = (rank[this.seriesOf(record)] as number) * YEARS + this.yearOf(record) - MIN_YEAR;
    }
    keys.sort();
    return Int32Array.from(keys, (key) =>
      this.find(series[Math.floor(key / YEARS)] as number, MIN_YEAR + (key % YEARS)),
    );
  }

  /** Where in the table the record is, or where it would go. */
  #place(series: number, year: number): number {
    const table = this.#recordTable;
    const mask = table.length - 1;
    // Eight years side by side: rows come mostly in order, and memory is read in lines.
    let at = ((hashNumber(series * YEARS + (year >> 3)) << 3) + (year & 7)) & mask;
    for (let entry = table[at] as number; entry !== 0; entry = table[at] as number) {
      if (this.#series[entry - 1] === series && this.#year[entry - 1] === year) break;
      at = (at + 1) & mask;
    }
    return at;
  }

  #growColumns(): void {
    const capacity = this.#series.length * 2;
    this.#series = grown(this.#series, new Int32Array(capacity));
    this.#year = grown(this.#year, new Int16Array(capacity));
    this.#present = grown(this.#present, new Uint8Array(capacity));
    this.#thousandths = grown(this.#thousandths, new Float64Array(capacity * SLOTS));
  }

  #growRecordTable(): void {
    this.#recordTable = new Int32Array(this.#recordTable.length * 2);
    for (let record = 0; record < this.#records; record++) {
      this.#recordTable[this.#place(this.seriesOf(record), this.yearOf(record))] = record + 1;
    }
  }
}

function grown<T extends Int32Array | Int16Array | Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
