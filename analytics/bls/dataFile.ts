import { InputError, printable } from "../errors";
import { Findings } from "../quality/findings";
import { ROW_RULES, type RowRule } from "../quality/rules";
import { CodeCheck } from "./codeCheck";
import type { CodeLists } from "./codeLists";
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
import { SeriesYears } from "./seriesYears";
import { LONGEST_LINE, TOO_LONG, wholeLines } from "./wholeLines";

/** A BLS data file, read. */
export interface DataFile {
  values: SeriesYears;
  /** Rows read, kept or refused; blank lines and the header are none. */
  rows: number;
}

/** What reading a data file may be given. */
export interface DataFileOptions {
  /** What its codes are held against. */
  lists?: CodeLists;
  /** Takes what is wrong with its rows. */
  findings?: Findings;
}

/** The columns of every BLS data file, in order. */
export const COLUMNS = ["series_id", "year", "period", "value", "footnote_codes"] as const;

/**
 * Reads a BLS data file in one pass over its bytes: TAB-separated, padded with spaces, lines ended by LF or CRLF, with
 * or without a byte order mark. Rows may come in any order. Rows that break a rule are refused and the rest is kept.
 *
 * @throws InputError when the file is empty, when its header is another one, or when it has no rows.
 */
export async function readDataFile(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { lists = NO_LISTS, findings = new Findings() }: DataFileOptions = {},
): Promise<DataFile> {
  const reader = new RowReader(file, lists, findings);
  let headerRead = false;
  for await (const lines of wholeLines(chunks, file)) {
    const start = headerRead ? 0 : lines.indexOf(LF) + 1;
    if (!headerRead) checkHeader(new TextDecoder().decode(lines.subarray(0, start)), file);
    headerRead = true;
    reader.read(lines, start);
  }
  if (!headerRead) throw new InputError(file, null, "is empty");
  if (reader.rows === 0) throw new InputError(file, null, "has a header but no rows");
  return { values: reader.values, rows: reader.rows };
}

const NO_LISTS: CodeLists = { series: null, periods: null, footnotes: null };

/** TextDecoder has dropped the byte order mark, if there was one. */
function checkHeader(line: string, file: string): void {
  const found = line.split("\t").map((name) => name.trim());
  if (found.join() === COLUMNS.join()) return;
  const shown = printable(found.join(", ").slice(0, 100));
  throw new InputError(file, 1, `should name the columns ${COLUMNS.join(", ")}, but has: ${shown}`);
}

const TAB = 9;
const LF = 10;

/** Reads rows into columns. The loops work on bytes, and a row makes no object unless it is refused. */
class RowReader {
  readonly values = new SeriesYears();
  rows = 0;
  readonly #codes: CodeCheck;
  #line = 1;
  /** Ends of the fields of the row at hand, and how many there are. */
  readonly #ends = new Int32Array(COLUMNS.length);
  #fields = 0;
  /** The row before, in the same bytes: most rows share its series and year. */
  #lastStart = -1;
  #lastEnd = -1;
  #lastSeries = -1;
  /** Whether the row at hand has the last series. */
  #resumed = false;
  #lastYear = -1;
  #lastRecord = -1;

  constructor(
    private readonly file: string,
    lists: CodeLists,
    private readonly findings: Findings,
  ) {
    const [survey = ""] = file.split(".");
    this.#codes = new CodeCheck(lists, survey, file, findings);
  }

  /**
   * Reads whole lines, from `start` to the end of `lines`.
   *
   * @throws InputError at a line that is too long, wherever the chunks of the file are cut.
   */
  read(lines: Uint8Array, start: number): void {
    this.#lastStart = -1;
    for (let at = start; at < lines.length; ) {
      const end = this.#split(lines, at);
      this.#line++;
      if (end - at > LONGEST_LINE) throw new InputError(this.file, this.#line, TOO_LONG);
      if (this.#fields > 1 || !isBlank(lines, at, end)) {
        this.rows++;
        const broken = this.#keep(lines, at);
        if (broken !== null) this.#refuse(broken, lines.subarray(at, end));
      }
      at = end + 1;
    }
  }

  /** Finds the fields of the row that starts at `start`; returns where its LF is. */
  #split(lines: Uint8Array, start: number): number {
    const ends = this.#ends;
    let fields = 0;
    let at = start;
    this.#resumed = this.#startsLikeLast(lines, start);
    if (this.#resumed) {
      at += this.#lastEnd - this.#lastStart;
      ends[fields++] = at++;
    }
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

  /** Whether the row's first field, with its TAB, is the same as the last series': then no byte of it is read twice. */
  #startsLikeLast(lines: Uint8Array, start: number): boolean {
    if (this.#lastStart === -1) return false;
    const end = start + this.#lastEnd - this.#lastStart + 1;
    return end <= lines.length && isSame(lines, this.#lastStart, this.#lastEnd + 1, start, end);
  }

  /** Keeps the row that was split last; or returns the rule that it breaks. */
  #keep(lines: Uint8Array, start: number): RowRule | null {
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
    const record = this.#record(series, year);
    if (!this.values.put(record, slot, thousandths)) {
      return this.values.valueOf(record, slot) === thousandths ? "repeated" : "duplicate";
    }
    this.#codes.period(slot, this.#line);
    this.#codes.footnotes(lines, (ends[3] as number) + 1, ends[4] as number, this.#line);
    return null;
  }

  #refuse(rule: RowRule, row: Uint8Array): void {
    this.findings.refuse(rule, this.file, this.#line, ROW_RULES[rule], row);
  }

  /** The series whose id, with its padding, is in `lines[from…to)`; or -1. */
  #series(lines: Uint8Array, from: number, to: number): number {
    if (this.#resumed) return this.#lastSeries;
    const start = skipSpaces(lines, from, to);
    const end = skipSpacesBack(lines, start, to);
    if (!isSeriesId(lines, start, end)) return -1;
    this.#lastStart = from;
    this.#lastEnd = to;
    const known = this.values.seriesIds.length;
    const series = this.values.series(lines, start, end);
    if (series === known) this.#codes.series(this.values.seriesIds[series] as string, this.#line);
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
