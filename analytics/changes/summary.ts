import type { Changes } from "../report";
import { formatInteger, formatList, pluralize } from "../words";

type Counts = Pick<
  Changes,
  "rowsAdded" | "rowsRemoved" | "valuesRevised" | "seriesRevised" | "bestYearsMoved" | "population"
>;

/** Most years that the sentence lists; if there are more, it gives their number. */
const MOST_YEARS = 3;

/**
 * Describes the changes in one sentence, e.g.
 * `BLS revised 412 values in 38 series and added 282 rows; 3 best years moved; the population of 2024 was added.`
 */
export function summarizeChanges(changes: Counts): string {
  const moved = changes.bestYearsMoved.length;
  const parts = [
    `BLS ${describeValues(changes)}`,
    `${moved === 0 ? "no best year" : pluralize(moved, "best year")} moved`,
    ...describePopulation(changes.population),
  ];
  return `${parts.join("; ")}.`;
}

function describeValues({ rowsAdded, rowsRemoved, valuesRevised, seriesRevised }: Counts): string {
  const done = [
    valuesRevised > 0
      ? `revised ${pluralize(valuesRevised, "value")} in ${formatInteger(seriesRevised)} series`
      : "",
    rowsAdded > 0 ? `added ${pluralize(rowsAdded, "row")}` : "",
    rowsRemoved > 0 ? `removed ${pluralize(rowsRemoved, "row")}` : "",
  ].filter((part) => part !== "");
  return done.length === 0 ? "changed no value" : formatList(done);
}

function describePopulation(changes: Changes["population"]): string[] {
  if (changes === null) return [];
  const added = changes.yearsAdded;
  const revised = changes.yearsRevised.map(({ year }) => year);
  const done = [
    added.length > 0 ? `of ${listYears(added)} was added` : "",
    revised.length > 0 ? `of ${listYears(revised)} was revised` : "",
  ].filter((part) => part !== "");
  return done.length === 0 ? [] : [`the population ${formatList(done)}`];
}

function listYears(years: readonly number[]): string {
  return years.length > MOST_YEARS ? pluralize(years.length, "year") : formatList(years.map(String));
}
