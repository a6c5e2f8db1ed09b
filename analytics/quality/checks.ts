import type { Observations } from "../bls/observations";
import type { SeriesCatalog, YearSpan } from "../bls/seriesCatalog";
import type { SeriesYears } from "../bls/seriesYears";
import { printable } from "../errors";
import type { Findings, RefusedRow } from "../findings";
import { ROW_RULES, type RowRule, RULES } from "../rules";
import type { ReportSettings } from "../settings";
import { formatInteger, pluralize } from "../words";

/** How much may be wrong with a data file before it prevents a report, in whole percent; 100 allows everything. */
export interface QualityLimits {
  /** Loss of values since the previous analysis. */
  maxRowLossPercent: number;
  /** Rows refused by rules more severe than `info`. */
  maxRefusedPercent: number;
  /** What to do if another population replaces the previous one; by default, warn. */
  populationChange?: PopulationChange;
}

/** What to do if another population replaces the previous one: warn, or refuse to create a report. */
export type PopulationChange = "warn" | "refuse";

/**
 * BLS's names for data files of the whole survey. Any other name says which part of the survey the file covers; most of
 * the catalogue's series are then in other files: `ap.data.2.Gasoline`, `cu.data.1.AllItems` (the item 'All items').
 */
const WHOLE_SURVEY = /^[a-z]+\.data\.\d+[a-z]?\.(?:Current|AllData|AllCESSeries)$/;
/** Percentage of series that may be absent from a file of the whole survey without a warning. */
const MOST_ABSENT_PERCENT = 10;

/** Checks whether too large a share of a data file, or all of it, was refused. */
export function checkRefused(
  file: string,
  rows: number,
  values: SeriesYears,
  { maxRefusedPercent }: QualityLimits,
  findings: Findings,
): void {
  const rules = (Object.keys(ROW_RULES) as RowRule[]).filter((rule) => RULES[rule] !== "info");
  const refused = rules.reduce((sum, rule) => sum + findings.count(rule), 0);
  if (values.valueCount > 0 && refused * 100 <= rows * maxRefusedPercent) return;
  const first = findings.refused.find((row) => row.file === file && RULES[row.rule] !== "info");
  const example = first
    ? `; ${describeOtherPeriods(first) ?? `the first, line ${first.line}, ${first.reason}`}`
    : "";
  const reason =
    values.valueCount === 0
      ? `has ${pluralize(rows, "row")}, and none can be kept${example}`
      : `has ${pluralize(rows, "row")}, of which ${refused === 1 ? "1 is" : `${formatInteger(refused)} are`} refused, more than the ${maxRefusedPercent} % allowed${example}`;
  findings.flag("refusedShare", () => ({ file, line: null, reason }), Math.max(1, refused));
}

/** More rows without a value than this percentage are a warning: BLS's files have few, a damaged file has many. */
const MOST_MISSING_PERCENT = 10;

/** Checks that most rows have a value: a failed conversion of numbers leaves empty fields. */
export function checkMissing(rows: number, findings: Findings): void {
  if (findings.count("missing") * 100 > rows * MOST_MISSING_PERCENT)
    findings.setSeverity("missing", "warning");
}

/** BLS's periods that reports do not support, by their letter in `<survey>.period`. */
const OTHER_PERIODS: Readonly<Record<string, string>> = {
  M: "monthly",
  S: "half-yearly",
  A: "annual",
};

/** Describes the unsupported periods of the file if this row was refused for its period; null for any other row. */
function describeOtherPeriods({ rule, text }: RefusedRow): string | null {
  const [, letter = "", number] = /^[^\t]*\t[^\t]*\t *([A-Z])(\d\d) *(?:\t|$)/.exec(text) ?? [];
  const values = OTHER_PERIODS[letter];
  if (rule !== "period" || values === undefined) return null;
  return `its values are ${values} (${letter}${number}), but reports are made from quarterly ones (Q01 to Q05): choose a quarterly data file, such as pr.data.0.Current`;
}

/** Checks that a data file did not lose more values since the previous analysis than the limit allows. */
export function checkRowLoss(
  file: string,
  values: SeriesYears,
  previous: SeriesYears | undefined,
  { maxRowLossPercent }: QualityLimits,
  findings: Findings,
): void {
  if (previous === undefined) {
    findings.skip("rowLoss");
    return;
  }
  const lost = previous.valueCount - values.valueCount;
  if (lost * 100 <= previous.valueCount * maxRowLossPercent) return;
  const reason =
    `has ${pluralize(values.valueCount, "value")}, ${formatInteger(lost)} fewer than the ${formatInteger(previous.valueCount)} ` +
    `of the previous report, more than the ${maxRowLossPercent} % allowed`;
  findings.flag("rowLoss", () => ({ file, line: null, reason }), lost);
}

/**
 * Looks for series that are absent although the catalogue lists them with values in the file's years: the file may be
 * cut off at the end of a line. If many are absent from a file of the whole survey, that is a warning.
 */
export function checkAbsentSeries(
  file: string,
  values: SeriesYears,
  catalog: SeriesCatalog | null,
  findings: Findings,
): void {
  const span = yearsOf(values);
  const dated = [...(catalog ?? [])].flatMap(([seriesId, { years }]) =>
    years === null ? [] : [{ seriesId, years }],
  );
  if (span === null || dated.length === 0) {
    findings.skip("absentSeries");
    return;
  }
  const present = new Set(values.seriesIds);
  const expected = dated.filter(({ years }) => years.from <= span.to && years.to >= span.from);
  const absent = expected.filter(({ seriesId }) => !present.has(seriesId));
  for (const { seriesId, years } of absent) {
    findings.flag("absentSeries", () => ({
      file,
      line: null,
      reason: `does not have any value of the series ${seriesId}, which the catalogue lists with values from ${years.from} to ${years.to}`,
    }));
  }
  const isMany = absent.length * 100 > expected.length * MOST_ABSENT_PERCENT;
  if (isMany && WHOLE_SURVEY.test(file)) findings.setSeverity("absentSeries", "warning");
}

/** The first and last year of a data file; null if it has no values. */
function yearsOf(values: SeriesYears): YearSpan | null {
  if (values.recordCount === 0) return null;
  const span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  for (let record = 0; record < values.recordCount; record++) {
    const year = values.yearOf(record);
    if (year < span.from) span.from = year;
    if (year > span.to) span.to = year;
  }
  return span;
}

/** Checks that the series to join with the population has a value: a mistyped id would give an empty table. */
export function checkChosenSeries(
  file: string,
  observations: Observations,
  { seriesId, period }: Pick<ReportSettings, "seriesId" | "period">,
  findings: Findings,
): void {
  if (observations.year.length > 0) return;
  const reason = `has no value of ${printable(seriesId)} for ${period}, which the settings name`;
  findings.flag("chosenSeries", () => ({ file, line: null, reason }));
}
