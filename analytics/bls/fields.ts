import { MAX_YEAR, MIN_YEAR, PERIODS } from "./periods";

/*
 * Functions that read the fields of a row from bytes. Each takes one field without its TABs, `bytes[from…to)`, and
 * allows spaces around its text.
 */

const SPACE = 32;
const HYPHEN = 45;
const POINT = 46;
const ZERO = 48;
const Q = 81;

/** 10^12 in thousandths: the sum of four values up to this limit is exact in a double. */
export const LARGEST_THOUSANDTHS = 1e15;
/** Thousandths per unit of the last digit, by number of decimals. */
export const SCALE = [1000, 100, 10, 1] as const;

/** BLS's ids have at most 30 characters. */
const LONGEST_SERIES_ID = 50;

const IN_SERIES_ID = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9A-Za-z#_-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** A year of four digits, or -1. */
export function readYear(bytes: Uint8Array, from: number, to: number): number {
  const start = skipSpaces(bytes, from, to);
  if (skipSpacesBack(bytes, start, to) - start !== 4) return -1;
  let year = 0;
  for (let at = start; at < start + 4; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    year = year * 10 + digit;
  }
  return year < MIN_YEAR || year > MAX_YEAR ? -1 : year;
}

/** The period's index in {@link PERIODS}, or -1. */
export function readPeriod(bytes: Uint8Array, from: number, to: number): number {
  const start = skipSpaces(bytes, from, to);
  if (skipSpacesBack(bytes, start, to) - start !== 3) return -1;
  if (bytes[start] !== Q || bytes[start + 1] !== ZERO) return -1;
  const slot = (bytes[start + 2] as number) - ZERO - 1;
  return slot >= 0 && slot < PERIODS.length ? slot : -1;
}

/** A decimal such as `-12.345`, `7` or `.5` in thousandths, never -0; NaN for anything else. */
export function readThousandths(bytes: Uint8Array, from: number, to: number): number {
  let at = skipSpaces(bytes, from, to);
  const end = skipSpacesBack(bytes, at, to);
  const negative = bytes[at] === HYPHEN;
  if (negative) at++;
  let number = 0;
  let digits = 0;
  let point = -1;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit >= 0 && digit <= 9) {
      number = number * 10 + digit;
      digits++;
    } else if (digit === POINT - ZERO && point === -1) point = digits;
    else return Number.NaN;
  }
  const decimals = point === -1 ? 0 : digits - point;
  if (digits === 0 || decimals > 3 || point === digits) return Number.NaN;
  const thousandths = number * (SCALE[decimals] as number);
  if (thousandths > LARGEST_THOUSANDTHS) return Number.NaN;
  return negative ? 0 - thousandths : thousandths;
}

/** Whether a field states that there is no value: it is empty or a hyphen. */
export function isMissing(bytes: Uint8Array, from: number, to: number): boolean {
  const start = skipSpaces(bytes, from, to);
  const end = skipSpacesBack(bytes, start, to);
  return start === end || (end - start === 1 && bytes[start] === HYPHEN);
}

/** Whether a field is a series id: letters, digits, `_`, `-` and `#`. BLS uses capitals; small letters pass too. */
export function isSeriesId(bytes: Uint8Array, from: number, to: number): boolean {
  if (to === from || to - from > LONGEST_SERIES_ID) return false;
  for (let at = from; at < to; at++) if (IN_SERIES_ID[bytes[at] as number] === 0) return false;
  return true;
}

/** Where the field's text starts. */
export function skipSpaces(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === SPACE) at++;
  return at;
}

/** Where the field's text ends. */
export function skipSpacesBack(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && bytes[at - 1] === SPACE) at--;
  return at;
}
