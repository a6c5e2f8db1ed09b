/** What stands between quotes in RFC 4180. */
const QUOTED = /[",\r\n]/;
/** What a spreadsheet takes for the start of a formula; the last four are the full-width forms of the first. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * A text as a field of a CSV: quoted where RFC 4180 asks for it, and with a `'` before what a spreadsheet would run as a
 * formula. Gives what csv-stringify gives (test/analytics/tables.test.ts compares the two) in a tenth of the time, which
 * counts for tables of tens of thousands of rows.
 */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(text) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
