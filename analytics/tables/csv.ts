import { stringify } from "csv-stringify/sync";
import type { Blocks } from "../blocks";
import type { SeriesYears } from "../bls/seriesYears";
import type { BestYear, Report } from "../report";
import { csvText } from "./csvText";
import { yearlySumsCsv } from "./yearlySums";

/** Without it, Excel reads the file in the system's legacy encoding. Programs that read UTF-8 ignore it. */
const BYTE_ORDER_MARK = "\uFEFF";
/** Rows of the best years per block. */
const ROWS_PER_BLOCK = 512;

/** The tables beside the report, by file name; docs/report-format.md documents their columns. */
export type CsvFiles = Record<
  | "population.csv"
  | "population-summary.csv"
  | "best-years.csv"
  | "series-population.csv"
  | "yearly-sums.csv",
  () => Blocks
>;

/** The source of the tables. */
interface CsvSource {
  report: Pick<Report, "population" | "populationSummary" | "bestYears" | "seriesPopulation">;
  values: SeriesYears;
  /** By series of `values`: 1 if it has any quarter. */
  quarterly: Uint8Array;
}

/**
 * The report's tables as CSV: RFC 4180 but with LF line ends, UTF-8 with a byte order mark, a header first. Each is
 * created when called, block by block.
 */
export function csvFiles({ report, values, quarterly }: CsvSource): CsvFiles {
  return {
    "population.csv": () => populationCsv(report),
    "population-summary.csv": () => populationSummaryCsv(report),
    "best-years.csv": () => bestYearsCsv(report.bestYears),
    "series-population.csv": () => seriesPopulationCsv(report),
    "yearly-sums.csv": () => yearlySumsCsv(values, quarterly),
  };
}

function populationCsv({ population }: CsvSource["report"]): Blocks {
  return table(
    ["year", "population"],
    (population ?? []).map(({ year, population }) => [year, population]),
  );
}

function populationSummaryCsv({ populationSummary: summary }: CsvSource["report"]): Blocks {
  const columns = [
    "from",
    "to",
    "years",
    "missing_years",
    "mean",
    "sample_standard_deviation",
    "population_standard_deviation",
  ];
  if (summary === null) return table(columns, []);
  const { from, to, years, missingYears, mean, sampleStandardDeviation, populationStandardDeviation } =
    summary;
  return table(columns, [
    [
      from,
      to,
      years.join(" "),
      missingYears.join(" "),
      mean,
      sampleStandardDeviation,
      populationStandardDeviation,
    ],
  ]);
}

function seriesPopulationCsv({ seriesPopulation: series }: CsvSource["report"]): Blocks {
  return table(
    ["series_id", "year", "period", "value", "population"],
    series.rows.map((row) => [series.seriesId, row.year, series.period, row.value, row.population]),
  );
}

type Row = readonly (string | number | null)[];

/** Formats rows as CSV. Escapes text that a spreadsheet would run as a formula, but not numbers. */
function table(columns: readonly string[], rows: readonly Row[]): Blocks {
  const lines = [columns, ...rows].map((row) => [...row]);
  return [Buffer.from(stringify(lines, { bom: true, escape_formulas: true }))];
}

/** One row per series, possibly tens of thousands. The same bytes as {@link table}, but faster; see {@link csvText}. */
function* bestYearsCsv(bestYears: readonly BestYear[]): Blocks {
  let text = `${BYTE_ORDER_MARK}series_id,year,value,title,unit,sector,measure,basis,quarters,tied_years\n`;
  for (let start = 0; start < bestYears.length; start += ROWS_PER_BLOCK) {
    for (const best of bestYears.slice(start, start + ROWS_PER_BLOCK)) text += bestYearLine(best);
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

function bestYearLine(best: BestYear): string {
  const { seriesId, year, value, title, unit, sector, measure, basis, quarters, tiedYears } = best;
  const words = `${csvText(title)},${csvText(unit ?? "")},${csvText(sector ?? "")},${csvText(measure ?? "")}`;
  return `${csvText(seriesId)},${year},${value},${words},${basis},${quarters},${tiedYears.join(" ")}\n`;
}
