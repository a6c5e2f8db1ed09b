import type { Report } from "../../analytics/report";
import { pluralize } from "../../analytics/words";
import { element } from "../dom";
import { formatNumber, formatOneDecimal, NO_VALUE } from "../format";

/** The report in four cards; each links to its section. */
export function overview(report: Report): HTMLElement {
  return element(
    "div",
    { class: "cards" },
    ...[populationCard, bestYearCard, seriesCard, changesCard].map((create) => create(report)),
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

function populationCard({ populationSummary: summary }: Report): HTMLElement {
  if (summary === null)
    return card("#population", "Mean population", NO_VALUE, "The report has no population data.");
  const { mean, sampleStandardDeviation, from, to, years: found } = summary;
  return card(
    "#population",
    `Mean population ${from}–${to}`,
    formatOneDecimal(mean).replace(/\.0$/, ""),
    `± ${formatOneDecimal(sampleStandardDeviation)} (sample standard deviation), over ${pluralize(found.length, "year")}`,
  );
}

function bestYearCard({ bestYears }: Report): HTMLElement {
  const { year, count } = mostFrequent(bestYears.map((row) => row.year));
  const text = `was the best year of ${formatNumber(count)} of ${formatNumber(bestYears.length)} series, more than any other year`;
  return card("#best-years", "Best years", year === null ? NO_VALUE : String(year), text);
}

function seriesCard({ seriesPopulation: { seriesId, title, period, rows } }: Report): HTMLElement {
  const last = rows.at(-1);
  const value = last === undefined ? NO_VALUE : formatNumber(last.value);
  const when = last === undefined ? `no value for ${period}` : `${period} ${last.year}`;
  return card("#series-population", `${seriesId}, ${when}`, value, title);
}

function changesCard({ changes: found }: Report): HTMLElement {
  if (found === null)
    return card(
      "#changes",
      "Since the previous report",
      NO_VALUE,
      "There is no previous report to compare with.",
    );
  const values = found.valuesRevised + found.rowsAdded + found.rowsRemoved;
  return card("#changes", "Since the previous report", pluralize(values, "change"), found.summary);
}

/** The most frequent year; the latest one if several are equally frequent. */
function mostFrequent(years: readonly number[]): { year: number | null; count: number } {
  const counts = new Map<number, number>();
  for (const year of years) counts.set(year, (counts.get(year) ?? 0) + 1);
  const [most] = [...counts].sort(([a, count], [b, other]) => other - count || b - a);
  return most === undefined ? { year: null, count: 0 } : { year: most[0], count: most[1] };
}
