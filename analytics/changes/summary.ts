import type { Changes } from "../report";
import { formatInteger, formatList, pluralize } from "../words";

type Counts = Pick<
  Changes,
  "rowsAdded" | "rowsRemoved" | "valuesRevised" | "seriesRevised" | "bestYearsMoved" | "population"
>;

/** Years that a sentence lists; more are counted. */
const MOST_YEARS = 3;

/**
 * The changes in one sentence, e.g. `BLS revised 412 values in 38 series and added 282 rows; 3 best years moved; the
 * population of 2024 was added.`
 */
export function summarise(changes: Counts): string {
  const moved = changes.bestYearsMoved.length;
  const parts = [
    `BLS ${values(changes)}`,
    `${moved === 0 ? "no best year" : pluralize(moved, "best year")} moved`,
    ...population(changes.population),
  ];
  return `${parts.join("; ")}.`;
}

function values({ rowsAdded, rowsRemoved, valuesRevised, seriesRevised }: Counts): string {
  const done = [
    valuesRevised > 0
      ? `revised ${pluralize(valuesRevised, "value")} in ${formatInteger(seriesRevised)} series`
      : "",
    rowsAdded > 0 ? `added ${pluralize(rowsAdded, "row")}` : "",
    rowsRemoved > 0 ? `removed ${pluralize(rowsRemoved, "row")}` : "",
  ].filter((part) => part !== "");
  return done.length === 0 ? "changed no value" : formatList(done);
}

function population(changes: Changes["population"]): string[] {
  if (changes === null) return [];
  const added = changes.yearsAdded;
  const revised = changes.yearsRevised.map(({ year }) => year);
  const done = [
    added.length > 0 ? `of ${years(added)} was added` : "",
    revised.length > 0 ? `of ${years(revised)} was revised` : "",
  ].filter((part) => part !== "");
  return done.length === 0 ? [] : [`the population ${formatList(done)}`];
}

function years(of: readonly number[]): string {
  return of.length > MOST_YEARS ? pluralize(of.length, "year") : formatList(of.map(String));
}
