import type { PopulationSummary, PopulationYear, Report } from "../../analytics/report";
import { chart } from "../charts/chart";
import { lineMark, type Mark, referenceMark, shadeMark } from "../charts/marks";
import { type Child, element } from "../dom";
import { decimal, rounded, short, years } from "../format";
import { isPopulation, sourceNote } from "../sourceNote";
import { dataTable } from "../tables";
import { yearsInWords } from "./overview";

/** The nation's population: a line with the years asked shaded, mean and deviations, and every year's figure. */
export function populationView(report: Report): Child[] {
  const { population, populationSummary: summary } = report;
  if (population === null || summary === null)
    return [element("p", {}, "The report was made without a population.")];
  return [
    element(
      "p",
      {},
      `How many people lived in the United States, year by year. Mean and standard deviations are of ${summary.from} to ` +
        `${summary.to}, both included.`,
    ),
    element("div", { class: "columns" }, populationChart(population, summary), figures(summary)),
    element(
      "details",
      {},
      element("summary", {}, "Every year’s figure"),
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
      `The rows of the United States, as DataUSA has them. Mean, and the standard deviations divided by n − 1 (sample) and ` +
        `by n (population), over ${yearsInWords(summary.years, [])}; sums are exact and rounded only when divided.`,
      isPopulation,
    ),
  ];
}

function populationChart(population: readonly PopulationYear[], summary: PopulationSummary): HTMLElement {
  const { from, to, mean } = summary;
  const byYear = new Map(population.map((row) => [row.year, row.population]));
  const all = [...byYear.keys()];
  const marks: Mark[] = mean === null ? [lineMark] : [referenceMark(mean, `mean ${from}–${to}`), lineMark];
  return chart({
    label: `Line chart of the population of the United States, ${years(all)}; the years ${from} to ${to} are shaded.`,
    values: population.map((row) => ({ year: row.year, value: row.population })),
    years: [Math.min(from, ...all), Math.max(to, ...all)],
    background: [shadeMark([from, to])],
    marks,
    axisFormat: short,
    describe(year) {
      if (year === null) return "Persons";
      const found = byYear.get(year);
      return found === undefined ? `${year}: no figure was published` : `${year}: ${decimal(found)} persons`;
    },
  });
}

function figures(summary: PopulationSummary): HTMLElement {
  const figure = (name: string, value: string, note: string) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, element("strong", {}, value), " ", note));
  return element(
    "dl",
    { class: "figures" },
    figure("Mean", rounded(summary.mean), "persons"),
    figure("Standard deviation, sample", rounded(summary.sampleStandardDeviation), "persons"),
    figure("Standard deviation, population", rounded(summary.populationStandardDeviation), "persons"),
    figure("Years", String(summary.years.length), `· ${yearsInWords(summary.years, summary.missingYears)}`),
  );
}
