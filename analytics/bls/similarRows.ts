import type { CodeCheck } from "./codeCheck";
import { SCALE } from "./fields";
import { MAX_YEAR, MIN_YEAR, PERIODS } from "./periods";
import type { SeriesYears } from "./seriesYears";
import { LONGEST_LINE } from "./wholeLines";

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const HYPHEN = 45;
const POINT = 46;
const ZERO = 48;

/** Four bytes as little-endian numbers: spaces; `Q0`, any byte, TAB; `0000`. */
const SPACES = 0x20_20_20_20;
const PERIOD = 0x09_00_30_51;
const PERIOD_MASK = ~0x00_ff_00_00;
const DIGITS = 0x30_30_30_30;

/** Bytes of the year with its TAB; bytes of year and period with their TABs. */
const YEAR = 5;
const PERIOD_END = YEAR + 4;
/** How many bytes after a series id may be read before the row's end is known, and how many of them may be spaces. */
const AHEAD = 64;
const MOST_SPACES = 32;
/** Most bytes of a value without its sign. Values up to this length are never too large. */
const LONGEST_VALUE = 12;

/** Whole lines of a file, as bytes and as a view of the same bytes. */
export interface LineBytes {
  bytes: Uint8Array;
  view: DataView;
}

/** A row that was kept, and where it is in its {@link LineBytes}. */
export interface KeptRow {
  /** Where the row starts, and where the TAB after its series id is. */
  start: number;
  tab: number;
  series: number;
  year: number;
  /** The record of its series and year. */
  record: number;
}

/** Where rows go. */
export interface RowSink {
  readonly values: SeriesYears;
  readonly codes: CodeCheck;
}

/**
 * Reads the rows after a kept one for as long as they are ordinary: the same series, a four-digit year and a period
 * without padding, and a value for a period that did not have one. Nearly all rows of BLS's files are ordinary. Reading
 * them four or eight bytes at a time, and parsing a value while looking for its end, takes half the time. The first row
 * that is not ordinary, valid or not, is left to the caller: nothing is refused here.
 *
 * Each row read is one line and adds one value to `sink.values`.
 *
 * @param start where the row after the kept one starts.
 * @param keptLine number of the kept row's line.
 * @returns where the first unread row starts; the length of the bytes if all were read.
 */
export function readSimilarRows(
  { values, codes }: RowSink,
  { bytes: lines, view }: LineBytes,
  start: number,
  kept: Readonly<KeptRow>,
  keptLine: number,
): number {
  const { series, start: idStart } = kept;
  const idBytes = kept.tab + 1 - idStart;
  const last = lines.length - idBytes - AHEAD;
  let { year: keptYear, record } = kept;
  let year = -1; // Applies if the first row's four bytes equal the initial digitsBefore.
  let digitsBefore = 0;
  let line = keptLine;
  let row = start;
  while (row <= last) {
    let at = row + idBytes;
    if (!isSame(view, row, idStart, idBytes)) break;
    const digits = view.getInt32(at, true);
    if (digits !== digitsBefore) {
      year = yearIn(digits);
      digitsBefore = digits;
    }
    const period = view.getInt32(at + YEAR, true);
    const slot = ((period >> 16) & 0xff) - ZERO - 1;
    if (lines[at + YEAR - 1] !== TAB || (period & PERIOD_MASK) !== PERIOD) break;
    if (year < MIN_YEAR || year > MAX_YEAR || slot < 0 || slot >= PERIODS.length) break;
    at += PERIOD_END;

    const mostSpaces = at + MOST_SPACES;
    while (view.getInt32(at, true) === SPACES && at < mostSpaces) at += 4;
    while (lines[at] === SPACE) at++;
    const negative = lines[at] === HYPHEN;
    if (negative) at++;
    const whole = at;
    let number = 0;
    for (; isDigit(lines[at] as number); at++) number = number * 10 + (lines[at] as number) - ZERO;
    const point = at;
    if (lines[at] === POINT) at++;
    for (; isDigit(lines[at] as number); at++) number = number * 10 + (lines[at] as number) - ZERO;
    const decimals = Math.max(0, at - point - 1);
    if (point === whole || at === point + 1) break;
    if (decimals > 3 || at - whole > LONGEST_VALUE) break;
    const thousandths = (negative ? 0 - number : number) * (SCALE[decimals] as number);

    if (lines[at] === TAB) at++;
    else if (lines[at] === CR ? lines[at + 1] !== LF : lines[at] !== LF) break;
    const notes = at;
    while ((lines[at] as number) > LF) at++;
    if (lines[at] !== LF || at - row > LONGEST_LINE) break;

    if (year !== keptYear) {
      record = values.record(series, year);
      keptYear = year;
    }
    if (!values.put(record, slot, thousandths)) break;
    line++;
    codes.period(slot, line);
    if (at > notes && (lines[notes] !== CR || at > notes + 1)) codes.footnotes(lines, notes, at, line);
    row = at + 1;
  }
  return row;
}

function isDigit(byte: number): boolean {
  return (byte ^ ZERO) <= 9;
}

/**
 * Whether the `bytes` bytes from `a` on equal those from `b` on. Compares eight at a time as doubles, starting at the
 * end, where ids differ. The first eight come last; they may overlap others or, if the id is short, reach into the
 * year. Equal doubles have equal bits, because eight bytes of an id's field are never all zeros. Bytes of a NaN count
 * as unequal.
 */
function isSame(view: DataView, a: number, b: number, bytes: number): boolean {
  let at = bytes - 8;
  for (; at > 0; at -= 8) if (view.getFloat64(a + at, true) !== view.getFloat64(b + at, true)) return false;
  return view.getFloat64(a, true) === view.getFloat64(b, true);
}

/** Decodes four ASCII digits; negative if any byte is not a digit. */
function yearIn(word: number): number {
  const digits = word ^ DIGITS;
  if (((digits | (digits + 0x06_06_06_06)) & 0xf0_f0_f0_f0) !== 0) return -1;
  return (
    (digits & 0xff) * 1000 + ((digits >> 8) & 0xff) * 100 + ((digits >> 16) & 0xff) * 10 + (digits >> 24)
  );
}
