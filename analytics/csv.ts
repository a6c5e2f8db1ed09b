import { stringify } from "csv-stringify/sync";
import type { SeriesYears } from "./bls/seriesYears";
import { toDecimal } from "./decimal";
import type { BestYear, Report } from "./report";

/** Without it Excel takes a file for one in the system's old encoding; programs that read UTF-8 drop it. */
const BYTE_ORDER_MARK = "\uFEFF";

/** The report's own tables. */
type ReportTables = Record<
  "population.csv" | "population-summary.csv" | "best-years.csv" | "series-population.csv",
  string
>;

/** What stands beside the report, by file name; columns are documented in docs/report-format.md. */
export type CsvFiles = ReportTables & Record<"yearly-sums.csv", string>;

/** The report's tables as CSV (RFC 4180 but for LF line ends), UTF-8 with a byte order mark, a header first. */
export function toCsv(
  report: Pick<Report, "population" | "populationSummary" | "bestYears" | "seriesPopulation">,
): ReportTables {
  const { population, populationSummary: summary, bestYears, seriesPopulation: series } = report;
  return {
    "population.csv": table(
      ["year", "population"],
      (population ?? []).map(({ year, population }) => [year, population]),
    ),
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
      ["series_id", "year", "value", "title", "unit", "sector", "measure", "basis", "quarters", "tied_years"],
      bestYears.map((best) => [
        best.seriesId,
        best.year,
        best.value,
        best.title,
        best.unit,
        best.sector,
        best.measure,
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

/**
 * Every series' years with the sum that ranks them, sorted by series id and year: of a series with quarters the sum of
 * those that the year has, of one without its `Q05`. Years that have neither are left out.
 *
 * @param bestYears of the same values: they say which basis each series has.
 */
export function yearlySumsCsv(
  values: SeriesYears,
  bestYears: readonly Pick<BestYear, "seriesId" | "basis">[],
): string {
  const basisOf = new Map(bestYears.map(({ seriesId, basis }) => [seriesId, basis]));
  const bases = values.seriesIds.map((id) => basisOf.get(id));
  const ids = lines(values.seriesIds.map((id) => [id])).split("\n");
  const sums = [`${BYTE_ORDER_MARK}series_id,year,value,quarters,basis\n`];
  // Lines of numbers need no quotes: thirty times as many rows as all other tables have are not worth a CSV library.
  for (const record of values.sortedRecords()) {
    const series = values.seriesOf(record);
    const basis = bases[series];
    const quarters = values.quartersOf(record);
    if (basis === "quarterly" ? quarters === 0 : !values.hasAnnual(record)) continue;
    const value = toDecimal(values.rankedValueOf(record));
    sums.push(`${ids[series]},${values.yearOf(record)},${value},${quarters},${basis}\n`);
  }
  return sums.join("");
}

type Row = readonly (string | number | null)[];

function table(columns: readonly string[], rows: readonly Row[]): string {
  return BYTE_ORDER_MARK + lines([columns, ...rows]);
}

/** Text that a spreadsheet would run as a formula is escaped; numbers are not touched. */
function lines(rows: readonly Row[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true },
  );
}
