import type { Report, SeriesPopulation } from "../../analytics/report";
import { chart } from "../charts/chart";
import { Cursor } from "../charts/cursor";
import { barsMark, lineMark } from "../charts/marks";
import { type Child, element } from "../dom";
import { decimal, NONE, short, value } from "../format";
import { isDataFile, isPopulation, sourceNote } from "../sourceNote";
import { dataTable } from "../tables";

type Row = SeriesPopulation["rows"][number];

/** One series' values for one period beside the year's population: two charts over the same years, and the table. */
export function seriesPopulationView(report: Report): Child[] {
  const { seriesId, title, unit, period, rows } = report.seriesPopulation;
  const isData = isDataFile(report);
  const without = rows.filter(({ population }) => population === null).length;
  return [
    element(
      "p",
      {},
      `${title}${unit === null ? "" : ` (${unit})`}: series ${seriesId}, period ${period} of each year, beside that ` +
        `year’s population. ${without === 0 ? "Every year has one." : `${without} of ${rows.length} years have none: they are gaps.`}`,
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
      `The rows of ${seriesId} with the period ${period} in ${report.settings.dataFile}, each beside the population of the ` +
        "same year, where there is one.",
      (input) => isPopulation(input) || isData(input),
    ),
  ];
}

function rowsTable({ seriesId, period, rows }: SeriesPopulation): HTMLElement {
  return dataTable<Row>({
    caption: `${seriesId} in ${period}, and the population`,
    columns: [
      { name: "Year", value: ({ year }) => year, show: ({ year }) => String(year) },
      { name: "Value", value: (row) => row.value, show: (row) => value(row.value), numeric: true },
      { name: "Population", value: ({ population }) => population, numeric: true },
    ],
    rows: rows.toReversed(),
  });
}

function alignedCharts({ seriesId, unit, period, rows }: SeriesPopulation): HTMLElement[] {
  const byYear = new Map(rows.map((row) => [row.year, row]));
  const all = [...byYear.keys()];
  const years = [Math.min(...all), Math.max(...all)] as const;
  const cursor = new Cursor();
  const own = chart({
    label: `Bar chart of ${seriesId} in ${period}, ${years[0]} to ${years[1]}.`,
    values: rows.map(({ year, value }) => ({ year, value })),
    years,
    marks: [barsMark()],
    fromZero: true,
    height: 220,
    axisFormat: short,
    cursor,
    describe: (year) =>
      year === null
        ? `${unit ?? "Value"}, ${period}`
        : `${year} ${period}: ${value(byYear.get(year)?.value ?? null)}`,
  });
  const population = chart({
    label: `Line chart of the population in the same years, with gaps where there is no figure.`,
    values: rows.map((row) => ({ year: row.year, value: row.population })),
    years,
    marks: [lineMark],
    height: 180,
    axisFormat: short,
    cursor,
    describe(year) {
      if (year === null) return "Population, persons";
      const found = byYear.get(year)?.population ?? null;
      return `${year}: ${found === null ? `${NONE} no figure` : `${decimal(found)} persons`}`;
    },
  });
  return [own, population];
}
