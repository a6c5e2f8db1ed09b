import { readDataFile } from "./bls/dataFile";
import { findLeaders } from "./bls/leaders";
import { findObservations } from "./bls/observations";
import type { RefusedRow } from "./bls/refusedRows";
import { readSeriesCatalog } from "./bls/seriesCatalog";
import type { SeriesYears } from "./bls/seriesYears";
import { compare } from "./changes";
import { type CsvFiles, toCsv } from "./csv";
import { MissingInputError, SettingsError } from "./errors";
import { fingerprint } from "./fingerprint";
import { frame } from "./frames";
import { type InputFile, Inputs } from "./inputs";
import { readPopulation } from "./population";
import { type Changes, Report, ReportSettings, SCHEMA_VERSION } from "./report";
import { bestYears } from "./reports/bestYears";
import { populationSummary } from "./reports/populationSummary";
import { seriesPopulation } from "./reports/seriesPopulation";
import { readSnapshot, writeSnapshot } from "./snapshot";

export type { InputFile } from "./inputs";
export { Report, ReportSettings } from "./report";

/** The population's file name. */
export const POPULATION_FILE = "nation.json";

/** The analysis that this one is compared with. */
export interface PreviousAnalysis {
  fingerprint: string;
  /** ISO 8601. */
  generatedAt: string;
  /** {@link Analysis.snapshot} of then. */
  snapshot: Uint8Array;
}

export interface AnalyzeOptions {
  generatedAt: Date;
  previous?: PreviousAnalysis;
  /** Make what can be made without `<survey>.series` or the population; the report says what was missing. */
  allowMissing?: boolean;
}

export interface Analysis {
  report: Report;
  csv: CsvFiles;
  /** The first 1,000 rows refused; `report.quality` counts all. */
  refused: RefusedRow[];
  /** The values analysed, for the next analysis's {@link AnalyzeOptions.previous}. */
  snapshot: Uint8Array;
}

/**
 * Makes the report. Of `files`, only those are read that it depends on: the data file, `<survey>.series` with its
 * code tables, and the population. The same files, settings and options give the same result, to the byte.
 *
 * @throws SettingsError when the settings make no sense.
 * @throws MissingInputError when a file that it needs is not there.
 * @throws InputError when a file's content is not what it has to be.
 * @throws SnapshotError when the previous snapshot cannot be read; before any file is.
 */
export async function analyze(
  files: readonly InputFile[],
  given: ReportSettings,
  options: AnalyzeOptions,
): Promise<Analysis> {
  const settings = checked(given);
  const { survey, dataFile, seriesId, period, populationYears } = settings;
  const previous = options.previous && (await readSnapshot(options.previous.snapshot));
  const inputs = new Inputs(files);
  const missing = [dataFile, `${survey}.series`, POPULATION_FILE].filter((name) => !inputs.has(name));
  if (missing.includes(dataFile) || (missing.length > 0 && !options.allowMissing)) {
    throw new MissingInputError(options.allowMissing ? [dataFile] : missing);
  }

  const catalog = missing.includes(`${survey}.series`) ? new Map() : await readSeriesCatalog(inputs, survey);
  const people = missing.includes(POPULATION_FILE)
    ? null
    : await inputs.read(POPULATION_FILE, readPopulation);
  const { values, rows, refused } = await inputs.read(dataFile, readDataFile);

  const leaders = frame({ ...findLeaders(values) });
  const observations = frame({ ...findObservations(values, seriesId, period) });
  const population = frame({ year: people?.years ?? [], population: people?.persons ?? [] });

  const report = Report.parse({
    schemaVersion: SCHEMA_VERSION,
    fingerprint: fingerprint(inputs.used, settings),
    generatedAt: options.generatedAt.toISOString(),
    engine: "danfo",
    settings,
    inputs: inputs.used,
    missingInputs: missing,
    populationSummary: people && populationSummary(population, populationYears),
    bestYears: bestYears(leaders, catalog),
    seriesPopulation: seriesPopulation(observations, population, catalog, settings),
    quality: { rowsRead: rows, rowsKept: values.values, refused: refused.byRule },
    changes: changesSince(options.previous, previous, values),
  } satisfies Report);
  return { report, csv: toCsv(report), refused: refused.rows, snapshot: await writeSnapshot(values) };
}

function checked(settings: ReportSettings): ReportSettings {
  const result = ReportSettings.safeParse(settings);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new SettingsError(`The report's settings are wrong: ${wrong.join("; ")}.`, { cause: result.error });
}

function changesSince(
  analysis: PreviousAnalysis | undefined,
  previous: SeriesYears | undefined,
  current: SeriesYears,
): Changes | null {
  if (analysis === undefined || previous === undefined) return null;
  return {
    previousFingerprint: analysis.fingerprint,
    previousGeneratedAt: analysis.generatedAt,
    ...compare(previous, current),
  };
}
