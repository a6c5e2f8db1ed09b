import { SCALE } from "./fields";
import type { KeptRow, RowReader } from "./rowReader";
import { MAX_YEAR, MIN_YEAR, PERIODS } from "./seriesYears";
import { LONGEST_LINE } from "./wholeLines";

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const HYPHEN = 45;
const POINT = 46;
const ZERO = 48;

/** Four bytes as a little-endian number: spaces; `Q0`, any byte, TAB; the digits 0. */
const SPACES = 0x20_20_20_20;
const PERIOD = 0x09_00_30_51;
const PERIOD_MASK = ~0x00_ff_00_00;
const DIGITS = 0x30_30_30_30;

/** Bytes of year and period, each with its TAB. */
const YEAR = 5;
const PERIOD_END = YEAR + 4;
/** How far behind a series id is looked before the end of a row is known, and how much of that may be spaces. */
const AHEAD = 64;
const MOST_SPACES = 32;
/** Bytes of a value without its sign: up to here none is too large. */
const LONGEST_VALUE = 12;

/**
 * Reads the rows after one that was kept, as long as each is ordinary: of the same series, with a four-digit year and a
 * period without padding, and a value for a period that had none, with or without a TAB after it. Nearly all rows of
 * BLS's files are, and reading them four or eight bytes at a time, and a value while looking for its end, takes half
 * the time. The first row that is not ordinary, good or bad, is left to {@link RowReader}: nothing is refused here.
 *
 * @param lines whole lines; `view` is of the same bytes.
 * @param start where the row after the kept one starts.
 * @param kept the row that was kept last; afterwards its year and record are those of the last row kept here.
 * @returns where the first row starts that is not read; the length of `lines` when all are.
 */
export function readSimilarRows(
  reader: RowReader,
  lines: Uint8Array,
  view: DataView,
  start: number,
  kept: KeptRow,
): number {
  const { values, codes, line: lineBefore } = reader;
  const { series, start: idStart } = kept;
  const idBytes = kept.tab + 1 - idStart;
  const last = lines.length - idBytes - AHEAD;
  let { year: keptYear, record } = kept;
  let year = -1; // In case that the first row's digits are the 0 of below.
  let digitsBefore = 0;
  let line = lineBefore;
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
  reader.line = line;
  reader.rows += line - lineBefore;
  kept.year = keptYear;
  kept.record = record;
  return row;
}

function isDigit(byte: number): boolean {
  return (byte ^ ZERO) <= 9;
}

/**
 * Whether as many bytes from `a` and from `b` on are the same, eight at a time and from the end, where ids differ. The
 * first eight come last, of which some may have been looked at; of an id of less, some of the year too. Read as doubles
 * they are equal when their bits are, since no eight bytes of an id's field are zeros, and not when they are no number.
 */
function isSame(view: DataView, a: number, b: number, bytes: number): boolean {
  let at = bytes - 8;
  for (; at > 0; at -= 8) if (view.getFloat64(a + at, true) !== view.getFloat64(b + at, true)) return false;
  return view.getFloat64(a, true) === view.getFloat64(b, true);
}

/** The year that four bytes are in digits; below 0 when one is none. */
function yearIn(word: number): number {
  const digits = word ^ DIGITS;
  if (((digits | (digits + 0x06_06_06_06)) & 0xf0_f0_f0_f0) !== 0) return -1;
  return (
    (digits & 0xff) * 1000 + ((digits >> 8) & 0xff) * 100 + ((digits >> 16) & 0xff) * 10 + (digits >> 24)
  );
}
