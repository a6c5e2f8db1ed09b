/**
 * `error`: prevents a report; the last good one stays. `warning`: something is wrong, and the report leaves it out or
 * keeps it. `info`: nothing is wrong, but the report leaves something out.
 */
export type Severity = "error" | "warning" | "info";

/**
 * The rules that inputs are checked against, with their usual severities; docs/report-format.md explains each.
 * `checkAbsentSeries`, `checkMissing` and `checkPopulation` can raise the severity of their rules.
 */
export const RULES = {
  fields: "warning",
  cut: "warning",
  year: "warning",
  period: "warning",
  missing: "info",
  value: "warning",
  series: "warning",
  repeated: "info",
  duplicate: "warning",
  unknownSeries: "warning",
  absentSeries: "info",
  unknownCode: "warning",
  unknownPeriod: "warning",
  unknownFootnote: "warning",
  refusedShare: "error",
  rowLoss: "error",
  chosenSeries: "warning",
  population: "warning",
  populationJump: "warning",
  populationReplaced: "warning",
  populationCutShort: "error",
} as const satisfies Record<string, Severity>;

export type Rule = keyof typeof RULES;

/** All rules, in the order in which the report lists them. */
export const RULE_IDS = Object.keys(RULES) as [Rule, ...Rule[]];

/** The rules that refuse a row of a data file, each with a clause to put after the row's location. */
export const ROW_RULES = {
  fields: "does not have the fields series_id, year, period, value, and footnote_codes, separated by TABs",
  cut: "is the last row and may be cut off, because no line end follows it",
  year: "has no year from 1800 to 2199",
  period: "has a period other than Q01 to Q05",
  missing: "has no value, only a hyphen or nothing",
  value: "has a value that is not a decimal up to 10^12 with at most 3 digits after the point",
  series: "does not have a series id of up to 50 letters, digits, '#', '-', and '_'",
  repeated: "repeats a row before it: series, year, period and value",
  duplicate: "has another value for the series, year and period of a row before it, which was kept",
} as const satisfies Partial<Record<Rule, string>>;

export type RowRule = keyof typeof ROW_RULES;
