import type { Blocks } from "../blocks";
import { type Block, countQuarters, hasAnnual, hasQuarters, IN_BLOCK, rankingValue } from "../bls/columns";
import type { SeriesYears } from "../bls/seriesYears";
import { toDecimal } from "../decimal";
import { csvText } from "./csvText";

const BLOCK_BYTES = 64 * 1024;
/** More than the longest line: an id of 51 characters, a value of 18, and 22 for the rest. */
const LONGEST_LINE = 128;

const HEADER = Buffer.from("\uFEFFseries_id,year,value,quarters,basis\n");
const QUARTERLY = Buffer.from(",quarterly\n");
const ANNUAL = Buffer.from(",annual\n");

const COMMA = 44;
const HYPHEN = 45;
const POINT = 46;
const ZERO = 48;

/**
 * Every series' years with the value that ranks them, sorted by series id and year: the sum of the year's quarters if
 * the series has any quarter, otherwise `Q05`. Years without such a value are left out.
 *
 * The table has thirty times as many rows as all others together, nearly all of them numbers. It is written byte by
 * byte into one reused block, so it creates no strings and takes hardly any memory.
 *
 * @param quarterly by series: 1 if it has any quarter.
 */
export function* yearlySumsCsv(values: SeriesYears, quarterly: Uint8Array): Blocks {
  yield HEADER;
  const lines = new SumLines(values, quarterly);
  const bytes = new Uint8Array(BLOCK_BYTES);
  for (let length = lines.fill(bytes); length > 0; length = lines.fill(bytes))
    yield bytes.subarray(0, length);
}

/** Writes the lines of all records, block by block. */
class SumLines {
  readonly #records: Int32Array;
  #next = 0;
  #series = -1;
  #isQuarterly = false;
  /** The start of the current series' lines: its id as a CSV field, and a comma. */
  #begin: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly values: SeriesYears,
    private readonly quarterly: Uint8Array,
  ) {
    this.#records = values.sortedRecords();
  }

  /** Writes as many lines as fit; returns where they end. One call per block lets V8 compile the loop early. */
  fill(bytes: Uint8Array): number {
    const records = this.#records;
    const end = bytes.length - LONGEST_LINE;
    let length = 0;
    let next = this.#next;
    for (; next < records.length && length < end; next++) {
      const record = records[next] as number;
      length = this.#write(bytes, length, this.values.blockOf(record), record & IN_BLOCK);
    }
    this.#next = next;
    return length;
  }

  /** Writes the line of a block's record, if it has one, from `start` on; returns where it ends. */
  #write(bytes: Uint8Array, start: number, block: Readonly<Block>, record: number): number {
    const series = block.series[record] as number;
    if (series !== this.#series) this.#startSeries(series);
    if (this.#isQuarterly ? !hasQuarters(block, record) : !hasAnnual(block, record)) return start;
    let at = writeBytes(bytes, start, this.#begin);
    at = writeDigits(bytes, at, block.year[record] as number, 4);
    bytes[at++] = COMMA;
    at = writeThousandths(bytes, at, rankingValue(block, record));
    bytes[at++] = COMMA;
    bytes[at++] = ZERO + countQuarters(block, record);
    return writeBytes(bytes, at, this.#isQuarterly ? QUARTERLY : ANNUAL);
  }

  #startSeries(series: number): void {
    this.#series = series;
    this.#isQuarterly = this.quarterly[series] === 1;
    this.#begin = Buffer.from(`${csvText(this.values.seriesIds[series] as string)},`, "latin1");
  }
}

/** Uses a loop, because calling `set` for so few bytes would cost more. */
function writeBytes(bytes: Uint8Array, start: number, from: Uint8Array): number {
  for (let at = 0; at < from.length; at++) bytes[start + at] = from[at] as number;
  return start + from.length;
}

/** Writes thousandths as JavaScript prints their {@link toDecimal}: a decimal without trailing zeros. */
function writeThousandths(bytes: Uint8Array, start: number, thousandths: number): number {
  if (thousandths !== (thousandths | 0)) {
    return writeBytes(bytes, start, Buffer.from(String(toDecimal(thousandths)), "latin1"));
  }
  let at = start;
  if (thousandths < 0) bytes[at++] = HYPHEN;
  const size = Math.abs(thousandths);
  const whole = Math.floor(size / 1000);
  const rest = size - whole * 1000;
  at = writeDigits(bytes, at, whole, countDigits(whole));
  if (rest === 0) return at;
  bytes[at++] = POINT;
  if (rest % 100 === 0) return writeDigits(bytes, at, rest / 100, 1);
  return rest % 10 === 0 ? writeDigits(bytes, at, rest / 10, 2) : writeDigits(bytes, at, rest, 3);
}

function countDigits(whole: number): number {
  let digits = 1;
  for (let power = 10; power <= whole; power *= 10) digits++;
  return digits;
}

/** Writes a whole number below 2^31 with this many digits. */
function writeDigits(bytes: Uint8Array, start: number, whole: number, digits: number): number {
  let rest = whole | 0;
  for (let at = start + digits - 1; at >= start; at--) {
    const tens = (rest / 10) | 0;
    bytes[at] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return start + digits;
}
