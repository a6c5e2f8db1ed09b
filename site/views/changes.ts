import type { BestYear, Changes, Report } from "../../analytics/report";
import { pluralize } from "../../analytics/words";
import { type Child, element } from "../dom";
import { figure } from "../facts";
import { formatNumber, formatTime, formatValue, formatYears } from "../format";
import { isSurveyInput, sourceNote } from "../sourceNote";
import { type Column, dataTable } from "../tables";

/** What changed since the previous report: values that BLS revised, rows, best years, and the population. */
export function changesView(report: Report): Child[] {
  const { changes } = report;
  if (changes === null) {
    return [element("p", {}, "There is no earlier report on the same data file to compare this one with.")];
  }
  return [
    element("p", { class: "summary" }, changes.summary),
    element(
      "p",
      {},
      `Compared with the report from ${formatTime(changes.previousGeneratedAt)} (fingerprint `,
      element("code", {}, changes.previousFingerprint.slice(0, 12)),
      ").",
    ),
    changeFigures(changes),
    ...details(changes, new Map(report.bestYears.map((best) => [best.seriesId, titleWithUnit(best)]))),
    sourceNote(
      report,
      "Each value in this report’s data file is compared with the same series, year and period in the previous report.",
      isSurveyInput,
    ),
  ];
}

function changeFigures(changes: Changes): HTMLElement {
  const { valuesRevised, seriesRevised, rowsAdded, rowsRemoved, bestYearsMoved } = changes;
  return element(
    "dl",
    { class: "figures row" },
    figure(
      "Values revised",
      formatNumber(valuesRevised),
      `in ${pluralize(seriesRevised, "series", "series")}`,
    ),
    figure("Rows added", formatNumber(rowsAdded), ""),
    figure("Rows removed", formatNumber(rowsRemoved), ""),
    figure("Best years moved", formatNumber(bestYearsMoved.length), ""),
  );
}

function titleWithUnit({ title, unit }: BestYear): string {
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
        ` ${largest.year} ${largest.period}, from ${formatValue(largest.from)} to ${formatValue(largest.to)}.`,
      ),
    population !== null &&
      population.yearsAdded.length > 0 &&
      element("p", {}, `Population years added: ${formatYears(population.yearsAdded)}.`),
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
    caption: "Revised values by series, most first",
    csvName: "revisions.csv",
    columns: [seriesColumn(titles), { name: "Values revised", value: ({ values }) => values, numeric: true }],
    rows,
  });
}

/** Each series' title and unit, by its id. */
type Titles = ReadonlyMap<string, string>;

function seriesColumn(titles: Titles): Column<{ seriesId: string }> {
  return {
    name: "Series ID",
    value: ({ seriesId }) => seriesId,
    show: ({ seriesId }) =>
      element("span", {}, seriesLink(seriesId), element("small", {}, titles.get(seriesId))),
  };
}

/** A link that opens the series in the table of best years. */
function seriesLink(seriesId: string): HTMLElement {
  return element("a", { href: `#${encodeURIComponent(seriesId)}` }, seriesId);
}
