import { InputError } from "../errors";
import {
  isBlank,
  isMissing,
  isSame,
  isSeriesId,
  readPeriod,
  readThousandths,
  readYear,
  skipSpaces,
  skipSpacesBack,
} from "./fields";
import { RefusedRows, type Rule } from "./refusedRows";
import { SeriesYears } from "./seriesYears";
import { wholeLines } from "./wholeLines";

/** A BLS data file, read. */
export interface DataFile {
  values: SeriesYears;
  /** Rows read, kept or refused; blank lines and the header are none. */
  rows: number;
  refused: RefusedRows;
}

/** The columns of every BLS data file, in order. */
export const COLUMNS = ["series_id", "year", "period", "value", "footnote_codes"] as const;

/**
 * Reads a BLS data file in one pass over its bytes: TAB-separated, padded with spaces, lines ended by LF or CRLF, with
 * or without a byte order mark. Rows may come in any order. Rows that break a rule are refused and the rest is kept.
 *
 * @throws InputError when the file is empty, when its header is another one, or when not one row could be kept.
 */
export async function readDataFile(chunks: AsyncIterable<Uint8Array>, file: string): Promise<DataFile> {
  const reader = new RowReader(file);
  let headerRead = false;
  for await (const lines of wholeLines(chunks, file)) {
    const start = headerRead ? 0 : lines.indexOf(LF) + 1;
    if (!headerRead) checkHeader(new TextDecoder().decode(lines.subarray(0, start)), file);
    headerRead = true;
    reader.read(lines, start);
  }
  if (!headerRead) throw new InputError(file, null, "is empty");
  const { values, rows, refused } = reader;
  if (values.values === 0) {
    const first = refused.rows[0];
    if (first === undefined) throw new InputError(file, null, "has a header but no rows");
    throw new InputError(file, first.line, `${first.reason}, and none of its ${rows} rows can be kept`);
  }
  return { values, rows, refused };
}

/** TextDecoder has dropped the byte order mark, if there was one. */
function checkHeader(line: string, file: string): void {
  const found = line.split("\t").map((name) => name.trim());
  if (found.join() === COLUMNS.join()) return;
  const shown = found.join(", ").slice(0, 100);
  throw new InputError(file, 1, `should name the columns ${COLUMNS.join(", ")}, but has: ${shown}`);
}

const TAB = 9;
const LF = 10;

/** Reads rows into columns. The loops work on bytes, and a row makes no object unless it is refused. */
class RowReader {
  readonly values = new SeriesYears();
  readonly refused: RefusedRows;
  rows = 0;
  #line = 1;
  /** Ends of the fields of the row at hand, and how many there are. */
  readonly #ends = new Int32Array(COLUMNS.length);
  #fields = 0;
  /** The row before, in the same bytes: most rows share its series and year. */
  #lastStart = -1;
  #lastEnd = -1;
  #lastSeries = -1;
  #lastYear = -1;
  #lastRecord = -1;

  constructor(file: string) {
    this.refused = new RefusedRows(file);
  }

  /** Reads whole lines, from `start` to the end of `lines`. */
  read(lines: Uint8Array, start: number): void {
    this.#lastStart = -1;
    for (let at = start; at < lines.length; ) {
      const end = this.#split(lines, at);
      this.#line++;
      if (this.#fields > 1 || !isBlank(lines, at, end)) {
        this.rows++;
        const broken = this.#keep(lines, at);
        if (broken !== null) this.refused.add(broken, this.#line, lines.subarray(at, end));
      }
      at = end + 1;
    }
  }

  /** Finds the fields of the row that starts at `start`; returns where its LF is. */
  #split(lines: Uint8Array, start: number): number {
    const ends = this.#ends;
    let fields = 0;
    let at = start;
    for (; ; at++) {
      const byte = lines[at] as number;
      if (byte > LF) continue;
      if (byte === TAB) ends[fields++] = at;
      else if (byte === LF) break;
    }
    ends[fields++] = at;
    this.#fields = fields;
    return at;
  }

  /** Keeps the row that was split last; or returns the rule that it breaks. */
  #keep(lines: Uint8Array, start: number): Rule | null {
    if (this.#fields !== COLUMNS.length) return "fields";
    const ends = this.#ends;
    const year = readYear(lines, (ends[0] as number) + 1, ends[1] as number);
    if (year === -1) return "year";
    const slot = readPeriod(lines, (ends[1] as number) + 1, ends[2] as number);
    if (slot === -1) return "period";
    const thousandths = readThousandths(lines, (ends[2] as number) + 1, ends[3] as number);
    if (Number.isNaN(thousandths)) {
      return isMissing(lines, (ends[2] as number) + 1, ends[3] as number) ? "missing" : "value";
    }
    const series = this.#series(lines, start, ends[0] as number);
    if (series === -1) return "series";
    return this.values.put(this.#record(series, year), slot, thousandths) ? null : "duplicate";
  }

  /** The series whose id, with its padding, is in `lines[from…to)`; or -1. */
  #series(lines: Uint8Array, from: number, to: number): number {
    if (this.#lastStart !== -1 && isSame(lines, this.#lastStart, this.#lastEnd, from, to)) {
      return this.#lastSeries;
    }
    const start = skipSpaces(lines, from, to);
    const end = skipSpacesBack(lines, start, to);
    if (!isSeriesId(lines, start, end)) return -1;
    this.#lastStart = from;
    this.#lastEnd = to;
    const series = this.values.series(lines, start, end);
    if (series !== this.#lastSeries) this.#lastYear = -1;
    this.#lastSeries = series;
    return series;
  }

  #record(series: number, year: number): number {
    if (year !== this.#lastYear) this.#lastRecord = this.values.record(series, year);
    this.#lastYear = year;
    return this.#lastRecord;
  }
}
