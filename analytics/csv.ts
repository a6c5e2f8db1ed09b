import { stringify } from "csv-stringify/sync";
import type { Report } from "./report";

/** The report's tables as files, by name; columns are documented in docs/report-format.md. */
export type CsvFiles = Record<"population-summary.csv" | "best-years.csv" | "series-population.csv", string>;

/** The report's three tables as CSV (RFC 4180 but for LF line ends), UTF-8, a header first. */
export function toCsv(
  report: Pick<Report, "populationSummary" | "bestYears" | "seriesPopulation">,
): CsvFiles {
  const { populationSummary: summary, bestYears, seriesPopulation: series } = report;
  return {
    "population-summary.csv": table(
      [
        "from",
        "to",
        "years",
        "missing_years",
        "mean",
        "sample_standard_deviation",
        "population_standard_deviation",
      ],
      summary === null
        ? []
        : [
            [
              summary.from,
              summary.to,
              summary.years.join(" "),
              summary.missingYears.join(" "),
              summary.mean,
              summary.sampleStandardDeviation,
              summary.populationStandardDeviation,
            ],
          ],
    ),
    "best-years.csv": table(
      ["series_id", "year", "value", "title", "unit", "basis", "quarters", "tied_years"],
      bestYears.map((best) => [
        best.seriesId,
        best.year,
        best.value,
        best.title,
        best.unit,
        best.basis,
        best.quarters,
        best.tiedYears.join(" "),
      ]),
    ),
    "series-population.csv": table(
      ["series_id", "year", "period", "value", "population"],
      series.rows.map((row) => [series.seriesId, row.year, series.period, row.value, row.population]),
    ),
  };
}

/** Text that a spreadsheet would run as a formula is escaped; numbers are not touched. */
function table(columns: readonly string[], rows: readonly (string | number | null)[][]): string {
  return stringify([[...columns], ...rows], { escape_formulas: true });
}
