import type { Report } from "../../analytics/report";
import { element } from "../dom";
import { decimal, NONE, pluralize, rounded, years } from "../format";

/** The report in four cards, each of which leads to its part. */
export function overview(report: Report): HTMLElement {
  return element(
    "div",
    { class: "cards" },
    ...[population, best, series, changes].map((card) => card(report)),
  );
}

function card(href: string, name: string, value: string, text: string): HTMLElement {
  return element(
    "a",
    { class: "card", href },
    element("span", { class: "name" }, name),
    element("strong", {}, value),
    element("span", { class: "text" }, text),
  );
}

function population({ populationSummary: summary }: Report): HTMLElement {
  if (summary === null)
    return card("#population", "Mean population", NONE, "There was no population to read.");
  const { mean, sampleStandardDeviation, from, to, years: found } = summary;
  return card(
    "#population",
    `Mean population ${from}–${to}`,
    rounded(mean).replace(/\.0$/, ""),
    `± ${rounded(sampleStandardDeviation)} (sample standard deviation), over ${pluralize(found.length, "year")}`,
  );
}

function best({ bestYears }: Report): HTMLElement {
  const { year, count } = mostOften(bestYears.map((row) => row.year));
  const text = `was the best year of ${decimal(count)} of ${decimal(bestYears.length)} series, more than any other year`;
  return card("#best-years", "Best years", year === null ? NONE : String(year), text);
}

function series({ seriesPopulation: { seriesId, title, period, rows } }: Report): HTMLElement {
  const last = rows.at(-1);
  const value = last === undefined ? NONE : decimal(last.value);
  const when = last === undefined ? `no value for ${period}` : `${period} ${last.year}`;
  return card("#series-population", `${seriesId}, ${when}`, value, title);
}

function changes({ changes: found }: Report): HTMLElement {
  if (found === null)
    return card("#changes", "Since the report before", NONE, "There is none to compare with.");
  const values = found.valuesRevised + found.rowsAdded + found.rowsRemoved;
  return card("#changes", "Since the report before", pluralize(values, "change"), found.summary);
}

/** The year that comes most often, the latest of equals. */
function mostOften(of: readonly number[]): { year: number | null; count: number } {
  const counts = new Map<number, number>();
  for (const year of of) counts.set(year, (counts.get(year) ?? 0) + 1);
  const [most] = [...counts].sort(([a, count], [b, other]) => other - count || b - a);
  return most === undefined ? { year: null, count: 0 } : { year: most[0], count: most[1] };
}

/** Names the years a figure was found for, and those that it was not. */
export function yearsInWords(found: readonly number[], missing: readonly number[]): string {
  const without = missing.length === 0 ? "" : `; there is no figure for ${years(missing)}`;
  return `${found.length === 0 ? "none" : years(found)}${without}`;
}
