import { InputError } from "../errors";
import type { Findings } from "../findings";
import { ROW_RULES, type RowRule } from "../rules";
import { CodeCheck } from "./codeCheck";
import type { CodeLists } from "./codeLists";
import {
  isMissing,
  isSeriesId,
  readPeriod,
  readThousandths,
  readYear,
  skipSpaces,
  skipSpacesBack,
} from "./fields";
import { SeriesYears } from "./seriesYears";
import { type KeptRow, type LineBytes, type RowSink, readSimilarRows } from "./similarRows";
import { LONGEST_LINE, TOO_LONG } from "./wholeLines";

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
/** series_id, year, period, value, footnote_codes. */
const FIELDS = 5;
/** Bytes of a row that {@link formOf} looks at; BLS's rows are shorter. */
const LONGEST_FORM = 500;
/** A row that ends before its period is useless. */
const FEWEST_FIELDS = 3;

/** Reads rows into columns. The loops work on bytes; only a refused row creates an object. */
export class RowReader implements RowSink {
  readonly values = new SeriesYears();
  readonly codes: CodeCheck;
  #rows = 0;
  /** Number of the last line read; the header's is 1. */
  #line = 1;
  /** Where each field of the current row ends, and how many fields it has, without empty ones at the end. */
  readonly #ends = new Int32Array(FIELDS);
  #fields = 0;
  /** {@link formOf} the last line that the previous call read. */
  #formBefore: string | null = null;

  constructor(
    private readonly file: string,
    lists: CodeLists,
    private readonly findings: Findings,
  ) {
    const [survey = ""] = file.split(".");
    this.codes = new CodeCheck(lists, survey, file, findings);
  }

  /** Rows read, kept or refused; blank lines do not count. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Reads whole lines, from `start` to their end.
   *
   * @param unended whether the file's last line lacked its line end, so it may be cut off.
   * @throws InputError at a line that is too long, regardless of where chunks end.
   */
  read(whole: Uint8Array, start: number, unended = false): void {
    // A Buffer becomes a plain Uint8Array too, so V8 compiles the loops for one kind of object.
    const bytes = new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
    const lines = { bytes, view: new DataView(whole.buffer, whole.byteOffset, whole.length) };
    const kept: KeptRow = { start: 0, tab: -1, series: -1, year: -1, record: -1 };
    for (let at = start; at < bytes.length; ) {
      at = this.#readRow(bytes, at, kept, unended);
      if (kept.tab !== -1) at = this.#readSimilar(lines, at, kept);
    }
    if (!unended) this.#formBefore = formOf(lastLine(bytes));
  }

  /** Calls {@link readSimilarRows} and counts its rows. */
  #readSimilar(lines: LineBytes, start: number, kept: KeptRow): number {
    const before = this.values.valueCount;
    const end = readSimilarRows(this, lines, start, kept, this.#line);
    const read = this.values.valueCount - before;
    this.#rows += read;
    this.#line += read;
    return end;
  }

  /** Reads the row that starts at `start`, ordinary or not; returns where the next one starts. */
  #readRow(lines: Uint8Array, start: number, kept: KeptRow, unended: boolean): number {
    const end = this.#split(lines, start);
    this.#line++;
    if (end - start > LONGEST_LINE) throw new InputError(this.file, this.#line, TOO_LONG);
    if (this.#fields > 0) {
      this.#rows++;
      const isLast = end + 1 === lines.length;
      const broken = this.#keep(lines, start, kept, unended && isLast);
      if (broken !== null) {
        this.findings.refuse(broken, this.file, this.#line, ROW_RULES[broken], lines.subarray(start, end));
      }
    }
    return end + 1;
  }

  /**
   * Finds the fields of the row that starts at `start`; returns where its LF is. Ignores white space at the end of a
   * row, because editors remove it: a row may have fewer or more empty fields there than the header.
   */
  #split(lines: Uint8Array, start: number): number {
    let fields = 1;
    let at = start;
    for (; ; at++) {
      const byte = lines[at] as number;
      if (byte > LF) continue;
      if (byte === TAB) this.#ends[fields++ - 1] = at;
      else if (byte === LF) break;
    }
    let end = at;
    for (; end > start; end--) {
      const byte = lines[end - 1] as number;
      if (byte === TAB) fields--;
      else if (byte !== SPACE && byte !== CR) break;
    }
    this.#fields = end === start ? 0 : fields;
    this.#ends.fill(end, Math.max(0, fields - 1));
    return at;
  }

  /** Keeps the row that was split last and returns null; or returns the rule that it breaks. */
  #keep(lines: Uint8Array, start: number, kept: KeptRow, mayBeCut: boolean): RowRule | null {
    const [seriesEnd = 0, yearEnd = 0, periodEnd = 0, valueEnd = 0, rowEnd = 0] = this.#ends;
    if (mayBeCut && this.#isCut(lines.subarray(start, rowEnd), lines[rowEnd] === LF)) return "cut";
    if (this.#fields < FEWEST_FIELDS || this.#fields > FIELDS) return "fields";
    const year = readYear(lines, seriesEnd + 1, yearEnd);
    if (year === -1) return "year";
    const slot = readPeriod(lines, yearEnd + 1, periodEnd);
    if (slot === -1) return "period";
    const valueStart = Math.min(periodEnd + 1, rowEnd);
    const thousandths = readThousandths(lines, valueStart, valueEnd);
    if (Number.isNaN(thousandths)) return isMissing(lines, valueStart, valueEnd) ? "missing" : "value";
    const series = this.#series(lines, start, seriesEnd);
    if (series === -1) return "series";
    const record = this.values.record(series, year);
    if (!this.values.put(record, slot, thousandths)) {
      return this.values.valueOf(record, slot) === thousandths ? "repeated" : "duplicate";
    }
    this.codes.period(slot, this.#line);
    if (rowEnd > valueEnd) this.codes.footnotes(lines, valueEnd + 1, rowEnd, this.#line);
    Object.assign(kept, { start, tab: seriesEnd, series, year, record } satisfies KeptRow);
    return null;
  }

  /**
   * Whether a row without a line end may be cut off: it lacks its value, or it ends with a value that may be
   * incomplete, because the previous row is not of the same series with the same number of decimals.
   */
  #isCut(row: Uint8Array, endsAtOnce: boolean): boolean {
    if (this.#fields < FIELDS - 1) return true;
    const form = formOf(row);
    return this.#fields === FIELDS - 1 && endsAtOnce && (form === null || form !== this.#formBefore);
  }

  /** The series whose padded id is in `lines[from…to)`, or -1. */
  #series(lines: Uint8Array, from: number, to: number): number {
    const start = skipSpaces(lines, from, to);
    const end = skipSpacesBack(lines, start, to);
    if (!isSeriesId(lines, start, end)) return -1;
    const known = this.values.seriesIds.length;
    const series = this.values.series(lines, start, end);
    if (series === known) this.codes.series(this.values.seriesIds[series] as string, this.#line);
    return series;
  }
}

/** The last line, without its LF. */
function lastLine(lines: Uint8Array): Uint8Array {
  return lines.subarray(lines.lastIndexOf(LF, lines.length - 2) + 1, lines.length - 1);
}

/** Series and number of decimals of a row; null for a row whose value has no decimals. */
function formOf(row: Uint8Array): string | null {
  const [series = "", , , value = ""] = new TextDecoder().decode(row.subarray(0, LONGEST_FORM)).split("\t");
  const decimals = /\.(\d+)\s*$/.exec(value)?.[1]?.length;
  return decimals === undefined ? null : `${series.trim()} ${decimals}`;
}
