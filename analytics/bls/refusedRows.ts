/** What a row of a data file can do wrong, and how that reads after the row's place. */
export const RULES = {
  fields: "has not the five fields series_id, year, period, value, footnote_codes",
  series: "has no series id of letters, digits, '#', '-' and '_'",
  year: "has no year from 1800 to 2199",
  period: "has a period that is none of Q01 to Q05",
  missing: "has no value, only a hyphen or nothing",
  value: "has a value that is no decimal with at most 3 digits after the point, or one beyond 10^12",
  duplicate: "repeats the series, year and period of a row before it",
} as const;

export type Rule = keyof typeof RULES;

/** A row left out of the analysis. */
export interface RefusedRow {
  file: string;
  /** Counted from 1, the header being line 1. */
  line: number;
  rule: Rule;
  /** {@link rule} in words. */
  reason: string;
  /** The row itself, cut to 200 bytes. */
  text: string;
}

/** Rows that are kept for reading; beyond it they are only counted. */
export const MOST_REFUSED_ROWS = 1000;
const LONGEST_TEXT = 200;

/** Counts refused rows by rule and keeps the first {@link MOST_REFUSED_ROWS}. */
export class RefusedRows {
  readonly rows: RefusedRow[] = [];
  readonly byRule: Record<Rule, number> = {
    fields: 0,
    series: 0,
    year: 0,
    period: 0,
    missing: 0,
    value: 0,
    duplicate: 0,
  };

  constructor(private readonly file: string) {}

  get count(): number {
    return Object.values(this.byRule).reduce((sum, count) => sum + count, 0);
  }

  add(rule: Rule, line: number, row: Uint8Array): void {
    this.byRule[rule]++;
    if (this.rows.length === MOST_REFUSED_ROWS) return;
    const text = new TextDecoder().decode(row.subarray(0, LONGEST_TEXT)).replace(/\r$/, "");
    this.rows.push({ file: this.file, line, rule, reason: RULES[rule], text });
  }
}
