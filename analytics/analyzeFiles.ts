import { readCodeLists } from "./bls/codeLists";
import { readDataFile } from "./bls/dataFile";
import { findObservations } from "./bls/observations";
import { readSeriesCatalog } from "./bls/seriesCatalog";
import { compareSnapshots } from "./changes/compare";
import { readSnapshot, type Snapshot, writeSnapshot } from "./changes/snapshot";
import { MissingInputError, QualityError, SettingsError } from "./errors";
import { Findings, formatLocation, type RefusedRow } from "./findings";
import { fingerprint, SCHEMA_VERSION } from "./fingerprint";
import { type InputFile, Inputs } from "./inputs";
import { readPopulation } from "./population";
import { POPULATION_FILE, provenanceOf } from "./provenance";
import { checkInputs } from "./quality/checkInputs";
import { checkChosenSeries, type QualityLimits } from "./quality/checks";
import type { Changes, PopulationYear, Provenance, Report } from "./report";
import { bestYears } from "./reports/bestYears";
import { frame, records } from "./reports/frames";
import { findLeadingYears } from "./reports/leadingYears";
import { populationSummary } from "./reports/populationSummary";
import { seriesPopulation } from "./reports/seriesPopulation";
import { ReportSettings } from "./settings";
import { type CsvFiles, csvFiles } from "./tables/csv";

export type { InputFile } from "./inputs";
export { POPULATION_FILE, provenanceOf } from "./provenance";
export type { QualityLimits } from "./quality/checks";
export { ReportSettings } from "./settings";

/** The analysis to compare with. */
export interface PreviousAnalysis {
  fingerprint: string;
  /** ISO 8601. */
  generatedAt: string;
  /** The result of its {@link Analysis.snapshot}. */
  snapshot: Uint8Array;
  /** Where its population came from, see {@link provenanceOf}. */
  provenance?: Provenance | null;
}

export interface AnalyzeOptions {
  generatedAt: Date;
  previous?: PreviousAnalysis;
  /** How much of the data file may be wrong; by default, all of it. */
  limits?: QualityLimits;
  /** Create a report even without `<survey>.series` or the population; it says what was missing. */
  allowMissing?: boolean;
}

export interface Analysis {
  report: Report;
  /** The report's tables, each created when called. */
  csv: CsvFiles;
  /** The first 1,000 refused rows; `report.quality` counts all of them. */
  refused: RefusedRow[];
  /** Packs the analysed values, for the next analysis's {@link AnalyzeOptions.previous}. */
  snapshot: () => Uint8Array;
}

/**
 * Creates the report. Reads only the files that it depends on: the data file, `<survey>.series` and its code tables,
 * the lists of periods and footnotes, and the population. The same files, settings and options give byte-identical
 * results.
 *
 * @throws SettingsError if the settings are invalid.
 * @throws MissingInputError if a required file was not given.
 * @throws InputError if a file's content is invalid.
 * @throws QualityError if the inputs break a rule of severity `error`.
 * @throws SnapshotError if the previous snapshot cannot be read; thrown before any file is read.
 */
export async function analyzeFiles(
  files: readonly InputFile[],
  uncheckedSettings: ReportSettings,
  options: AnalyzeOptions,
): Promise<Analysis> {
  const settings = parseSettings(uncheckedSettings);
  const { dataFile, seriesId, period, populationYears } = settings;
  const previous = options.previous && (await readSnapshot(options.previous.snapshot));
  const inputs = new Inputs(files);
  const findings = new Findings();
  const { missing, catalog, people, values, rows } = await readInputs(inputs, settings, options, findings);
  const current: Snapshot = { dataFile, values, population: people };
  const observed = findObservations(values, seriesId, period);
  const used = inputs.used;
  const before = previous && { ...previous, provenance: options.previous?.provenance ?? null };
  const now = { ...current, provenance: provenanceOf(used), rows, catalog };
  checkInputs(now, before, options.limits, findings);
  checkChosenSeries(dataFile, observed, settings, findings);

  const quality = { rowsRead: rows, rowsKept: values.valueCount, rules: findings.outcomes };
  const id = fingerprint(used, settings);
  if (findings.errors.length > 0) {
    throw new QualityError(describeErrors(findings), { fingerprint: id, quality, refused: findings.refused });
  }

  const { quarterly, ...leading } = findLeadingYears(values);
  const population = frame({ year: people?.years ?? [], population: people?.persons ?? [] });

  const report: Report = {
    schemaVersion: SCHEMA_VERSION,
    fingerprint: id,
    generatedAt: options.generatedAt.toISOString(),
    engine: "danfo",
    settings,
    inputs: used,
    missingInputs: missing,
    populationSummary: people && populationSummary(population, populationYears),
    population: people && records<PopulationYear>(population, ["year", "population"]),
    bestYears: bestYears(leading, catalog ?? new Map()),
    seriesPopulation: seriesPopulation(observed, population, catalog ?? new Map(), settings),
    quality,
    changes: changesSince(options.previous, previous, current),
  };
  return {
    report,
    csv: csvFiles({ report, values, quarterly }),
    refused: findings.refused,
    snapshot: () => writeSnapshot(current),
  };
}

/** Reads the files that the report depends on; `missing` names those that were not given. */
async function readInputs(
  inputs: Inputs,
  { survey, dataFile }: ReportSettings,
  { allowMissing = false }: AnalyzeOptions,
  findings: Findings,
) {
  const missing = [dataFile, `${survey}.series`, POPULATION_FILE].filter((name) => !inputs.has(name));
  if (missing.includes(dataFile) || (missing.length > 0 && !allowMissing)) {
    throw new MissingInputError(allowMissing ? [dataFile] : missing);
  }
  const catalog = missing.includes(`${survey}.series`)
    ? null
    : await readSeriesCatalog(inputs, survey, findings);
  if (catalog === null) findings.skip("unknownCode");
  const lists = { series: catalog, ...(await readCodeLists(inputs, survey)) };
  const people = missing.includes(POPULATION_FILE)
    ? null
    : await inputs.read(POPULATION_FILE, (chunks, file) => readPopulation(chunks, file, findings));
  const { values, rows } = await inputs.read(dataFile, (chunks, file) =>
    readDataFile(chunks, file, { lists, findings }),
  );
  return { missing, catalog, people, values, rows };
}

/** All findings of severity `error`, in one sentence. */
function describeErrors(findings: Findings): string {
  const examples = findings.errors.flatMap((outcome) => outcome.examples);
  return `${examples.map((example) => `${formatLocation(example)} ${example.reason}`).join("; ")}.`;
}

function parseSettings(settings: ReportSettings): ReportSettings {
  const result = ReportSettings.safeParse(settings);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new SettingsError(`The report's settings are invalid: ${problems.join("; ")}.`, {
    cause: result.error,
  });
}

function changesSince(
  analysis: PreviousAnalysis | undefined,
  previous: Snapshot | undefined,
  current: Snapshot,
): Changes | null {
  if (analysis === undefined || previous?.dataFile !== current.dataFile) return null;
  return {
    previousFingerprint: analysis.fingerprint,
    previousGeneratedAt: analysis.generatedAt,
    ...compareSnapshots(previous, current),
  };
}
