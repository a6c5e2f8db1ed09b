import * as z from "zod";
import { SCHEMA_VERSION } from "./fingerprint";
import { RULE_IDS } from "./rules";
import { period, ReportSettings, year } from "./settings";

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.number().describe("Exact decimal with at most 3 digits after the point.");
const persons = count.describe("Persons.");

/** Where figures come from, according to their publisher; null for what it does not say. */
export const Provenance = z.object({
  dataset: z.string().nullable().describe("e.g. ACS 1-year Estimate."),
  source: z.string().nullable().describe("Who publishes it, e.g. Census Bureau."),
  cube: z.string().nullable().describe("The cube that was queried, e.g. acs_yg_total_population_1."),
});
export type Provenance = z.infer<typeof Provenance>;

export const ReportInput = z.object({
  name: z.string().describe("File name, e.g. pr.series."),
  key: z.string().describe("Object key, e.g. raw/bls/pr/pr.series."),
  version: z.string().nullable().describe("Version of the object; null if its bucket keeps none."),
  sha256: sha256.describe("SHA-256 of the bytes read, in hexadecimal."),
  bytes: count,
  rows: count.describe("Rows of data, without the header and blank lines."),
  upstreamDate: z.string().nullable().describe("The file's date upstream."),
  fetchedAt: z.string().nullable().describe("When the pipeline fetched the file."),
  provenance: Provenance.nullable().describe("Where the population comes from; null for BLS's files."),
});
export type ReportInput = z.infer<typeof ReportInput>;

export const PopulationSummary = z.object({
  from: year,
  to: year,
  years: z.array(year).describe("Years of the span that have a figure, ascending."),
  missingYears: z.array(year).describe("Years of the span without a figure, ascending."),
  mean: z.number().nullable().describe("Persons; null if no year has a figure."),
  sampleStandardDeviation: z.number().nullable().describe("Divided by n - 1; null for fewer than two years."),
  populationStandardDeviation: z.number().nullable().describe("Divided by n; null if no year has a figure."),
});
export type PopulationSummary = z.infer<typeof PopulationSummary>;

export const PopulationYear = z.object({ year, population: persons });
export type PopulationYear = z.infer<typeof PopulationYear>;

export const BestYear = z.object({
  seriesId: z.string(),
  title: z.string().describe("What the series measures, in BLS's words; its id if BLS does not list it."),
  unit: z.string().nullable().describe("What the values are, in BLS's words; null if BLS does not say."),
  sector: z.string().nullable().describe("The series' sector, in BLS's words; null if it has no sector."),
  measure: z.string().nullable().describe("The series' measure, in BLS's words; null if it has no measure."),
  basis: z
    .enum(["quarterly", "annual"])
    .describe(
      "quarterly: years compare by the sum of Q01 to Q04. annual: the series has no quarters, so years compare by Q05.",
    ),
  year: year.describe("The year with the largest value; the earliest one if years tie."),
  value: decimal,
  quarters: z.int().min(0).max(4).describe("Number of quarters summed; 0 if the basis is annual."),
  tiedYears: z.array(year).describe("Other years with exactly this value, ascending; mostly empty."),
});
export type BestYear = z.infer<typeof BestYear>;

export const SeriesPopulation = z.object({
  seriesId: z.string(),
  title: z.string(),
  unit: z.string().nullable(),
  period,
  rows: z
    .array(
      z.object({
        year,
        value: decimal,
        population: count.nullable().describe("Persons; null for a year without a figure."),
      }),
    )
    .describe("Every year in which the series has a value for the period, ascending."),
});
export type SeriesPopulation = z.infer<typeof SeriesPopulation>;

export const Quality = z.object({
  rowsRead: count.describe("Rows of the data file, kept or refused."),
  rowsKept: count,
  rules: z
    .array(
      z.object({
        rule: z.enum(RULE_IDS),
        severity: z
          .enum(["error", "warning", "info"])
          .describe(
            "error: prevents a report, so no report has one. warning: something is wrong. info: nothing is wrong, but something is left out.",
          ),
        count: count.nullable().describe("How often it was broken; null if it could not be checked."),
        examples: z
          .array(
            z.object({
              file: z.string(),
              line: count
                .nullable()
                .describe("Counted from 1; null for a whole file, or for a file without lines."),
              reason: z.string().describe("What is wrong there."),
            }),
          )
          .describe("The first 5."),
      }),
    )
    .describe("Every rule, broken or not; docs/report-format.md explains each."),
});
export type Quality = z.infer<typeof Quality>;

const Revision = z.object({
  seriesId: z.string(),
  year,
  period,
  from: decimal,
  to: decimal,
});

export const Changes = z.object({
  previousFingerprint: sha256,
  previousGeneratedAt: z.iso.datetime(),
  summary: z.string().describe("The changes in one sentence."),
  rowsAdded: count.describe("Values that the previous analysis did not have."),
  rowsRemoved: count.describe("Values that only the previous analysis had."),
  valuesRevised: count.describe("Values that differ from the previous analysis."),
  seriesRevised: count.describe("Series with at least one revised value."),
  largestRevision: Revision.nullable().describe(
    "The value that changed most, up or down, in its own unit; the first one if several changed equally. Null if none changed.",
  ),
  revisionsBySeries: z
    .array(z.object({ seriesId: z.string(), values: count.describe("Number of its revised values.") }))
    .describe("Every series with a revised value, the most revised first, then by series id."),
  bestYearsMoved: z
    .array(z.object({ seriesId: z.string(), from: year, to: year }))
    .describe("Series in both analyses whose best year changed, by series id."),
  population: z
    .object({
      yearsAdded: z.array(year),
      yearsRevised: z.array(z.object({ year, from: count, to: count })),
    })
    .nullable()
    .describe("Years of the population, ascending; null if one of the analyses had no population."),
});
export type Changes = z.infer<typeof Changes>;

/**
 * The report object, `reports/latest.json`; docs/report-format.md describes it for readers.
 *
 * Types and tests make sure that the analysis conforms to it. Parsing each new report would take longer than computing
 * the three reports, and would load this module where nothing else needs it.
 */
export const Report = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  fingerprint: sha256.describe(
    "SHA-256 over the inputs' keys and hashes, the settings and the schema version.",
  ),
  generatedAt: z.iso.datetime(),
  engine: z.literal("danfo").describe("The engine that computed the three reports."),
  settings: ReportSettings,
  inputs: z.array(ReportInput).describe("Every file read, sorted by key."),
  missingInputs: z
    .array(z.string())
    .describe("Files that were missing; always empty for a report of the pipeline."),
  populationSummary: PopulationSummary.nullable().describe("Null only if the population was missing."),
  population: z
    .array(PopulationYear)
    .nullable()
    .describe("Every year with a figure, ascending. Null only if the population was missing."),
  bestYears: z.array(BestYear).describe("One for each series, sorted by series id."),
  seriesPopulation: SeriesPopulation,
  quality: Quality,
  changes: Changes.nullable().describe(
    "Compared with the previous report; null without a previous report, or if it was about another data file.",
  ),
});
export type Report = z.infer<typeof Report>;

/** The JSON Schema of {@link Report}, stored as `docs/report.schema.json`. */
export function reportJsonSchema() {
  return z.toJSONSchema(Report.meta({ title: "Report of data-quest" }));
}
