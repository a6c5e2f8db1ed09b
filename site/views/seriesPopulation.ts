import type { Report, SeriesPopulation } from "../../analytics/report";
import { chart } from "../charts/chart";
import { Cursor } from "../charts/cursor";
import { barsMark, lineMark } from "../charts/marks";
import { type Child, element } from "../dom";
import { formatCompact, formatNumber, formatValue } from "../format";
import { isDataFileInput, isPopulationInput, sourceNote } from "../sourceNote";
import { dataTable } from "../tables";

type Row = SeriesPopulation["rows"][number];

/** One series' values for one period next to each year's population: two charts over the same years, and a table. */
export function seriesPopulationView(report: Report): Child[] {
  const { seriesId, title, unit, period, rows } = report.seriesPopulation;
  const isData = isDataFileInput(report);
  const without = rows.filter(({ population }) => population === null).length;
  return [
    element(
      "p",
      {},
      `${title}${unit === null ? "" : ` (${unit})`}: series ${seriesId} in ${period} of each year, with that year’s population. ` +
        `${without === 0 ? "Every year has a population figure." : `There is no population figure for ${without} of ${rows.length} years; the chart has gaps there.`}`,
    ),
    rows.length === 0
      ? element("p", {}, `The series has no value for ${period}.`)
      : element(
          "div",
          { class: "columns wide-side" },
          element("div", {}, ...alignedCharts(report.seriesPopulation)),
          rowsTable(report.seriesPopulation),
        ),
    sourceNote(
      report,
      `The rows of ${seriesId} with the period ${period} in ${report.settings.dataFile}, each with the population of the ` +
        "same year if there is a figure.",
      (input) => isPopulationInput(input) || isData(input),
    ),
  ];
}

function rowsTable({ seriesId, period, rows }: SeriesPopulation): HTMLElement {
  return dataTable<Row>({
    caption: `${seriesId} in ${period}, and the population`,
    columns: [
      { name: "Year", value: ({ year }) => year, show: ({ year }) => String(year) },
      { name: "Value", value: (row) => row.value, show: (row) => formatValue(row.value), numeric: true },
      { name: "Population", value: ({ population }) => population, numeric: true },
    ],
    rows: rows.toReversed(),
  });
}

function alignedCharts({ seriesId, unit, period, rows }: SeriesPopulation): HTMLElement[] {
  const byYear = new Map(rows.map((row) => [row.year, row]));
  const listed = [...byYear.keys()];
  const years = [Math.min(...listed), Math.max(...listed)] as const;
  const cursor = new Cursor();
  const series = chart({
    label: `Bar chart of ${seriesId} in ${period}, ${years[0]} to ${years[1]}.`,
    values: rows.map(({ year, value }) => ({ year, value })),
    years,
    marks: [barsMark()],
    fromZero: true,
    height: 220,
    axisFormat: formatCompact,
    cursor,
    describe: (year) =>
      year === null
        ? `${unit ?? "Value"}, ${period}`
        : `${year} ${period}: ${formatValue(byYear.get(year)?.value ?? null)}`,
  });
  const population = chart({
    label: "Line chart of the population in the same years, with gaps for years without a figure.",
    values: rows.map((row) => ({ year: row.year, value: row.population })),
    years,
    marks: [lineMark],
    height: 180,
    axisFormat: formatCompact,
    cursor,
    describe(year) {
      if (year === null) return "Population, persons";
      const found = byYear.get(year)?.population ?? null;
      return `${year}: ${found === null ? "no figure" : `${formatNumber(found)} persons`}`;
    },
  });
  return [series, population];
}
