import * as z from "zod";
import { SCHEMA_VERSION } from "./fingerprint";
import { RULE_IDS } from "./rules";
import { period, ReportSettings, year } from "./settings";

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.number().describe("Exact decimal with at most 3 digits after the point.");
const persons = count.describe("Persons.");

/** Where figures are from, according to their publisher; null for what it does not say. */
export const Provenance = z.object({
  dataset: z.string().nullable().describe("e.g. ACS 1-year Estimate."),
  source: z.string().nullable().describe("Who publishes it, e.g. Census Bureau."),
  cube: z.string().nullable().describe("The cube that was queried, e.g. acs_yg_total_population_1."),
});
export type Provenance = z.infer<typeof Provenance>;

export const ReportInput = z.object({
  name: z.string().describe("File name, e.g. pr.series."),
  key: z.string().describe("Object key, e.g. raw/bls/pr/pr.series."),
  version: z.string().nullable().describe("Version of the object, where its bucket keeps versions."),
  sha256: sha256.describe("SHA-256 of the bytes read, in hexadecimal."),
  bytes: count,
  rows: count.describe("Rows of data: no header, no blank lines."),
  upstreamDate: z.string().nullable().describe("The date that upstream gives the file."),
  fetchedAt: z.string().nullable().describe("When the pipeline fetched it."),
  provenance: Provenance.nullable().describe("Where the population is from; null for BLS's files."),
});
export type ReportInput = z.infer<typeof ReportInput>;

export const PopulationSummary = z.object({
  from: year,
  to: year,
  years: z.array(year).describe("Years of the span that have a figure, ascending."),
  missingYears: z.array(year).describe("Years of the span that have none, ascending."),
  mean: z.number().nullable().describe("Persons; null without any year."),
  sampleStandardDeviation: z
    .number()
    .nullable()
    .describe("Divided by n - 1; null with fewer than two years."),
  populationStandardDeviation: z.number().nullable().describe("Divided by n; null without any year."),
});
export type PopulationSummary = z.infer<typeof PopulationSummary>;

export const PopulationYear = z.object({ year, population: persons });
export type PopulationYear = z.infer<typeof PopulationYear>;

export const BestYear = z.object({
  seriesId: z.string(),
  title: z.string().describe("What the series measures, in BLS's words; its id where BLS does not list it."),
  unit: z.string().nullable().describe("What the values are, in BLS's words; null where BLS does not say."),
  sector: z.string().nullable().describe("The series' sector, in BLS's words; null where it has none."),
  measure: z.string().nullable().describe("Its measure, likewise."),
  basis: z
    .enum(["quarterly", "annual"])
    .describe("quarterly: sum of Q01 to Q04. annual: the series has no quarters, so its Q05 is compared."),
  year: year.describe("The year with the largest value; the earliest one when years tie."),
  value: decimal,
  quarters: z.int().min(0).max(4).describe("Quarters summed; 0 when the basis is annual."),
  tiedYears: z.array(year).describe("The other years with exactly this value, ascending; mostly none."),
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
    .describe("By year, ascending: every year in which the series has a value for the period."),
});
export type SeriesPopulation = z.infer<typeof SeriesPopulation>;

export const Quality = z.object({
  rowsRead: count.describe("Rows of the data file: kept and refused."),
  rowsKept: count,
  rules: z
    .array(
      z.object({
        rule: z.enum(RULE_IDS),
        severity: z
          .enum(["error", "warning", "info"])
          .describe("error: no report is made, so that a report has none. info: nothing is wrong."),
        count: count.nullable().describe("How often it was broken; null where it could not be checked."),
        examples: z
          .array(
            z.object({
              file: z.string(),
              line: count.nullable().describe("Counted from 1; null for a whole file, or one without lines."),
              reason: z.string().describe("What is wrong there, in words."),
            }),
          )
          .describe("The first 5."),
      }),
    )
    .describe("Every rule, whether it was broken or not; docs/report-format.md says what each means."),
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
    "The value that changed most, in its own unit, be it up or down; the first one of equals. Null without any.",
  ),
  revisionsBySeries: z
    .array(z.object({ seriesId: z.string(), values: count.describe("How many of its values were revised.") }))
    .describe("Every series with a revised value, most revised first, then by series id."),
  bestYearsMoved: z
    .array(z.object({ seriesId: z.string(), from: year, to: year }))
    .describe("Series in both analyses whose best year is another one now, by series id."),
  population: z
    .object({
      yearsAdded: z.array(year),
      yearsRevised: z.array(z.object({ year, from: count, to: count })),
    })
    .nullable()
    .describe("Years of the population, ascending; null where one of the analyses had none."),
});
export type Changes = z.infer<typeof Changes>;

/**
 * The report object, `reports/latest.json`; described for its readers in docs/report-format.md.
 *
 * The analysis is held to it by its types, and by tests that parse what it makes: to parse each report as it is made
 * would take longer than the three reports themselves, and would load this module where nothing else needs it.
 */
export const Report = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  fingerprint: sha256.describe(
    "SHA-256 over the inputs' keys and hashes, the settings and the schema version.",
  ),
  generatedAt: z.iso.datetime(),
  engine: z.enum(["danfo", "athena"]).describe("What computed the three reports; both give the same."),
  settings: ReportSettings,
  inputs: z.array(ReportInput).describe("Every file read, sorted by key."),
  missingInputs: z
    .array(z.string())
    .describe("Files that the report went without; always empty for a report of the pipeline."),
  populationSummary: PopulationSummary.nullable().describe("Null only when there was no population to read."),
  population: z
    .array(PopulationYear)
    .nullable()
    .describe("Every year with a figure, ascending. Null only when there was no population to read."),
  bestYears: z.array(BestYear).describe("One a series, sorted by series id."),
  seriesPopulation: SeriesPopulation,
  quality: Quality,
  changes: Changes.nullable().describe(
    "Against the report before this one; null when there is none, or when it was of another data file.",
  ),
});
export type Report = z.infer<typeof Report>;

/** The JSON Schema of {@link Report}, which `docs/report.schema.json` holds. */
export function reportJsonSchema() {
  return z.toJSONSchema(Report.meta({ title: "Report of data-quest" }));
}
