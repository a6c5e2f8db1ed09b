import type { PopulationSummary, PopulationYear, Report } from "../../analytics/report";
import { chart } from "../charts/chart";
import { lineMark, type Mark, referenceMark, shadeMark } from "../charts/marks";
import { type Child, element } from "../dom";
import { figure } from "../facts";
import { formatCompact, formatNumber, formatOneDecimal, formatYears } from "../format";
import { isPopulationInput, sourceNote } from "../sourceNote";
import { dataTable } from "../tables";

/** The population: a chart with the summarized years shaded, the mean and standard deviations, and all figures. */
export function populationView(report: Report): Child[] {
  const { population, populationSummary: summary } = report;
  if (population === null || summary === null)
    return [element("p", {}, "The report has no population data.")];
  return [
    element(
      "p",
      {},
      "The population of the United States, year by year. The mean and the standard deviations cover the years " +
        `${summary.from} to ${summary.to}.`,
    ),
    element("div", { class: "columns" }, populationChart(population, summary), figures(summary)),
    element(
      "details",
      {},
      element("summary", {}, "All years"),
      dataTable<PopulationYear>({
        caption: "Population of the United States, persons",
        columns: [
          { name: "Year", value: ({ year }) => year, show: ({ year }) => String(year) },
          { name: "Population", value: (row) => row.population, numeric: true },
        ],
        rows: population,
      }),
    ),
    sourceNote(
      report,
      "The rows for the United States, as DataUSA publishes them. The mean and the standard deviations, divided by n − 1 " +
        `(sample) and by n (population), cover ${describeYears(summary.years, [])}. Sums are exact; only the divisions round.`,
      isPopulationInput,
    ),
  ];
}

function populationChart(population: readonly PopulationYear[], summary: PopulationSummary): HTMLElement {
  const { from, to, mean } = summary;
  const byYear = new Map(population.map((row) => [row.year, row.population]));
  const years = [...byYear.keys()];
  const marks: Mark[] = mean === null ? [lineMark] : [referenceMark(mean, `mean ${from}–${to}`), lineMark];
  return chart({
    label: `Line chart of the population of the United States, ${formatYears(years)}; the years ${from} to ${to} are shaded.`,
    values: population.map((row) => ({ year: row.year, value: row.population })),
    years: [Math.min(from, ...years), Math.max(to, ...years)],
    background: [shadeMark([from, to])],
    marks,
    axisFormat: formatCompact,
    describe(year) {
      if (year === null) return "Persons";
      const found = byYear.get(year);
      return found === undefined ? `${year}: no figure published` : `${year}: ${formatNumber(found)} persons`;
    },
  });
}

function figures(summary: PopulationSummary): HTMLElement {
  return element(
    "dl",
    { class: "figures" },
    figure("Mean", formatOneDecimal(summary.mean), "persons"),
    figure("Sample standard deviation", formatOneDecimal(summary.sampleStandardDeviation), "persons"),
    figure("Population standard deviation", formatOneDecimal(summary.populationStandardDeviation), "persons"),
    figure("Years", String(summary.years.length), `· ${describeYears(summary.years, summary.missingYears)}`),
  );
}

/** The years with a figure, and those without. */
function describeYears(found: readonly number[], missing: readonly number[]): string {
  const without = missing.length === 0 ? "" : `; no figure for ${formatYears(missing)}`;
  return `${found.length === 0 ? "none" : formatYears(found)}${without}`;
}
