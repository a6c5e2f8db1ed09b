import type { Observations } from "../bls/observations";
import type { SeriesYears } from "../bls/seriesYears";
import { printable } from "../errors";
import type { Population } from "../population";
import type { ReportSettings } from "../settings";
import { counted, percent, whole } from "../words";
import type { Findings } from "./findings";
import { ROW_RULES, type RowRule, RULES } from "./rules";

/** How much may be wrong with a data file that still makes a report; in whole percent, so that 100 allows all. */
export interface QualityLimits {
  /** Values fewer than in the analysis before. */
  maxRowLossPercent: number;
  /** Rows refused by rules that are no mere `info`. */
  maxRefusedPercent: number;
}

/** More than the population of the nation ever changed in a year. */
const MOST_CHANGE_PERCENT = 5;

/** Checks how much of a data file was refused: too large a share, or all of it. */
export function checkRefused(
  file: string,
  rows: number,
  values: SeriesYears,
  { maxRefusedPercent }: QualityLimits,
  findings: Findings,
): void {
  const rules = (Object.keys(ROW_RULES) as RowRule[]).filter((rule) => RULES[rule] !== "info");
  const refused = rules.reduce((sum, rule) => sum + findings.count(rule), 0);
  if (values.values > 0 && refused * 100 <= rows * maxRefusedPercent) return;
  const first = findings.refused.find((row) => row.file === file && RULES[row.rule] !== "info");
  const shown = first ? `; the first, line ${first.line}, ${first.reason}` : "";
  const reason =
    values.values === 0
      ? `has ${counted(rows, "row")}, none of which can be kept${shown}`
      : `has ${counted(rows, "row")} of which ${percent(refused, rows)} are refused, more than the ${maxRefusedPercent} % allowed${shown}`;
  findings.flag("refusedShare", () => ({ file, line: null, reason }), Math.max(1, refused));
}

/** Checks that a data file lost no more values since the analysis before than is allowed. */
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
  const lost = previous.values - values.values;
  if (lost * 100 <= previous.values * maxRowLossPercent) return;
  const reason =
    `has ${counted(values.values, "value")}, ${percent(lost, previous.values)} fewer than the ` +
    `${whole(previous.values)} of the report before; ${maxRowLossPercent} % are allowed`;
  findings.flag("rowLoss", () => ({ file, line: null, reason }), lost);
}

/** Checks that the series set beside the population has a value: a mistyped id would make an empty table. */
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

/** Checks that the population has no year that is far from its neighbour, and all the years that it had. */
export function checkPopulation(
  file: string,
  { years, persons }: Population,
  previous: Population | null | undefined,
  findings: Findings,
): void {
  for (let at = 1; at < years.length; at++) {
    const [from = 0, to = 0] = [persons[at - 1], persons[at]];
    const [before = 0, year = 0] = [years[at - 1], years[at]];
    if (Math.abs(to - from) * 100 <= from * MOST_CHANGE_PERCENT * (year - before)) continue;
    findings.flag("populationJump", () => ({
      file,
      line: null,
      reason: `has ${whole(to)} persons for ${year} and ${whole(from)} for ${before}, which is more than ${MOST_CHANGE_PERCENT} % apart a year`,
    }));
  }
  if (years.length === 0) {
    const first = findings.refused.find((row) => row.file === file);
    const shown = first ? `; the first row refused ${first.reason}` : "";
    const reason = `has no population of the United States that can be kept${shown}`;
    findings.flag("populationCutShort", () => ({ file, line: null, reason }));
  } else if (previous) {
    const gone = previous.years.filter((year) => !years.includes(year));
    if (gone.length === 0) return;
    const reason = `has no population for ${gone.join(", ")}, which the report before had`;
    findings.flag("populationCutShort", () => ({ file, line: null, reason }), gone.length);
  }
}
