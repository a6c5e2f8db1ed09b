import type { BestYear, Changes, Report } from "../../analytics/report";
import { type Child, element } from "../dom";
import { decimal, moment, pluralize, value, years } from "../format";
import { isSurvey, sourceNote } from "../sourceNote";
import { type Column, dataTable } from "../tables";

/** What is different from the report before: values that BLS revised, rows, best years, population. */
export function changesView(report: Report): Child[] {
  const { changes } = report;
  if (changes === null) {
    return [element("p", {}, "There is no earlier report of the same data file to compare this one with.")];
  }
  return [
    element("p", { class: "summary" }, changes.summary),
    element(
      "p",
      {},
      `Compared with the report of ${moment(changes.previousGeneratedAt)} (fingerprint `,
      element("code", {}, changes.previousFingerprint.slice(0, 12)),
      ").",
    ),
    counts(changes),
    ...details(changes, new Map(report.bestYears.map((best) => [best.seriesId, inWords(best)]))),
    sourceNote(
      report,
      "Each value of this report’s data file against the same series, year and period of the report before.",
      isSurvey,
    ),
  ];
}

function counts(changes: Changes): HTMLElement {
  const figure = (name: string, count: number, text: string) =>
    element(
      "div",
      {},
      element("dt", {}, name),
      element("dd", {}, element("strong", {}, decimal(count)), " ", text),
    );
  const moved = changes.bestYearsMoved.length;
  return element(
    "dl",
    { class: "figures row" },
    figure(
      "Values revised",
      changes.valuesRevised,
      `in ${pluralize(changes.seriesRevised, "series", "series")}`,
    ),
    figure("Rows added", changes.rowsAdded, ""),
    figure("Rows removed", changes.rowsRemoved, ""),
    figure("Best years moved", moved, ""),
  );
}

function inWords({ title, unit }: BestYear): string {
  return unit === null ? title : `${title} (${unit})`;
}

function details(changes: Changes, titles: Titles): Child[] {
  const { largestRevision: largest, bestYearsMoved: moved, revisionsBySeries: revised, population } = changes;
  return [
    largest !== null &&
      element(
        "p",
        {},
        "Largest revision: ",
        seriesLink(largest.seriesId),
        ` ${largest.year} ${largest.period}, from ${value(largest.from)} to ${value(largest.to)}.`,
      ),
    population !== null &&
      population.yearsAdded.length > 0 &&
      element("p", {}, `Population added: ${years(population.yearsAdded)}.`),
    population !== null &&
      population.yearsRevised.length > 0 &&
      dataTable({
        caption: "Population revised",
        csvName: "population-revised.csv",
        columns: [
          { name: "Year", value: ({ year }) => year, show: ({ year }) => String(year) },
          { name: "From", value: ({ from }) => from, numeric: true },
          { name: "To", value: ({ to }) => to, numeric: true },
        ],
        rows: population.yearsRevised,
      }),
    (moved.length > 0 || revised.length > 0) &&
      element(
        "div",
        { class: "halves" },
        moved.length > 0 && movedTable(moved, titles),
        revised.length > 0 && revisedTable(revised, titles),
      ),
  ];
}

function movedTable(rows: Changes["bestYearsMoved"], titles: Titles): HTMLElement {
  return dataTable({
    caption: "Best years that moved",
    csvName: "best-years-moved.csv",
    columns: [
      seriesColumn(titles),
      { name: "From", value: ({ from }) => from, show: ({ from }) => String(from), numeric: true },
      { name: "To", value: ({ to }) => to, show: ({ to }) => String(to), numeric: true },
    ],
    rows,
  });
}

function revisedTable(rows: Changes["revisionsBySeries"], titles: Titles): HTMLElement {
  return dataTable({
    caption: "Series with revised values, most first",
    csvName: "revisions.csv",
    columns: [seriesColumn(titles), { name: "Values revised", value: ({ values }) => values, numeric: true }],
    rows,
  });
}

/** What a series is, by its id. */
type Titles = ReadonlyMap<string, string>;

function seriesColumn(titles: Titles): Column<{ seriesId: string }> {
  return {
    name: "Series id",
    value: ({ seriesId }) => seriesId,
    show: ({ seriesId }) =>
      element("span", {}, seriesLink(seriesId), element("small", {}, titles.get(seriesId))),
  };
}

/** Opens the series among the best years. */
function seriesLink(seriesId: string): HTMLElement {
  return element("a", { href: `#${encodeURIComponent(seriesId)}` }, seriesId);
}
