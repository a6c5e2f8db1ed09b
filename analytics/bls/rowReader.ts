import { InputError } from "../errors";
import type { Findings } from "../quality/findings";
import { ROW_RULES, type RowRule } from "../quality/rules";
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
import { readSimilarRows } from "./similarRows";
import { LONGEST_LINE, TOO_LONG } from "./wholeLines";

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
/** series_id, year, period, value, footnote_codes. */
const FIELDS = 5;
/** Bytes of a row that are looked at to compare it with another; BLS's rows are shorter. */
const LONGEST_FORM = 500;
/** A row that ends before its period is useless. */
const FEWEST_FIELDS = 3;

/** A row that was kept, in the bytes at hand: the rows after it are mostly of its series. */
export interface KeptRow {
  /** Where it starts, and where its first field's TAB is. */
  start: number;
  tab: number;
  series: number;
  year: number;
  /** The record of its series and year. */
  record: number;
}

/** Reads rows into columns. The loops work on bytes, and a row makes no object unless it is refused. */
export class RowReader {
  readonly values = new SeriesYears();
  rows = 0;
  /** Number of the line read last; the header's is 1. */
  line = 1;
  readonly codes: CodeCheck;
  /** Where each field of the row at hand ends, and how many there are, without empty ones at the end. */
  readonly #ends = new Int32Array(FIELDS);
  #fields = 0;
  /** {@link formOf} the last line of the lines read before. */
  #formBefore: string | null = null;

  constructor(
    private readonly file: string,
    lists: CodeLists,
    private readonly findings: Findings,
  ) {
    const [survey = ""] = file.split(".");
    this.codes = new CodeCheck(lists, survey, file, findings);
  }

  /**
   * Reads whole lines, from `start` to their end.
   *
   * @param unended whether the last line had no line end of its own, so it may be cut off.
   * @throws InputError at a line that is too long, wherever the chunks of the file are cut.
   */
  read(whole: Uint8Array, start: number, unended = false): void {
    // Always a plain Uint8Array, even for a Buffer: V8 then compiles the loops for one kind of object.
    const lines = new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
    const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
    const kept: KeptRow = { start: 0, tab: -1, series: -1, year: -1, record: -1 };
    for (let at = start; at < lines.length; ) {
      at = this.#readRow(lines, at, kept, unended);
      if (kept.tab !== -1) at = readSimilarRows(this, lines, view, at, kept);
    }
    if (!unended) this.#formBefore = formOf(lastLine(lines));
  }

  /** Reads the row that starts at `start`, whatever it is; returns where the next one does. */
  #readRow(lines: Uint8Array, start: number, kept: KeptRow, unended: boolean): number {
    const end = this.#split(lines, start);
    this.line++;
    if (end - start > LONGEST_LINE) throw new InputError(this.file, this.line, TOO_LONG);
    if (this.#fields > 0) {
      this.rows++;
      const isLast = end + 1 === lines.length;
      const broken = this.#keep(lines, start, kept, unended && isLast);
      if (broken !== null) {
        this.findings.refuse(broken, this.file, this.line, ROW_RULES[broken], lines.subarray(start, end));
      }
    }
    return end + 1;
  }

  /**
   * Finds the fields of the row that starts at `start`; returns where its LF is. White space at the end of a row
   * means nothing, because editors remove it: there may be fewer or more empty fields there than in the header.
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

  /** Keeps the row that was split last; or returns the rule that it breaks. */
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
    this.codes.period(slot, this.line);
    if (rowEnd > valueEnd) this.codes.footnotes(lines, valueEnd + 1, rowEnd, this.line);
    Object.assign(kept, { start, tab: seriesEnd, series, year, record } satisfies KeptRow);
    return null;
  }

  /**
   * Whether a row without a line end may be cut off: it lacks its value, or ends in it, and does not have as many
   * decimals as the value before it in the same series.
   */
  #isCut(row: Uint8Array, endsAtOnce: boolean): boolean {
    if (this.#fields < FIELDS - 1) return true;
    const form = formOf(row);
    return this.#fields === FIELDS - 1 && endsAtOnce && (form === null || form !== this.#formBefore);
  }

  /** The series whose id, with its padding, is in `lines[from…to)`; or -1. */
  #series(lines: Uint8Array, from: number, to: number): number {
    const start = skipSpaces(lines, from, to);
    const end = skipSpacesBack(lines, start, to);
    if (!isSeriesId(lines, start, end)) return -1;
    const known = this.values.seriesIds.length;
    const series = this.values.series(lines, start, end);
    if (series === known) this.codes.series(this.values.seriesIds[series] as string, this.line);
    return series;
  }
}

/** The last of some whole lines, without its LF. */
function lastLine(lines: Uint8Array): Uint8Array {
  return lines.subarray(lines.lastIndexOf(LF, lines.length - 2) + 1, lines.length - 1);
}

/** Series and number of decimals of a row; null for a row whose value has no decimals. */
function formOf(row: Uint8Array): string | null {
  const [series = "", , , value = ""] = new TextDecoder().decode(row.subarray(0, LONGEST_FORM)).split("\t");
  const decimals = /\.(\d+)\s*$/.exec(value)?.[1]?.length;
  return decimals === undefined ? null : `${series.trim()} ${decimals}`;
}
