import { readCodeLists } from "./bls/codeLists";
import { readDataFile } from "./bls/dataFile";
import { findLeaders } from "./bls/leaders";
import { findObservations } from "./bls/observations";
import { readSeriesCatalog } from "./bls/seriesCatalog";
import { compare } from "./changes/compare";
import { readSnapshot, type Snapshot, writeSnapshot } from "./changes/snapshot";
import { MissingInputError, QualityError, SettingsError } from "./errors";
import { Findings, place, type RefusedRow } from "./findings";
import { fingerprint, SCHEMA_VERSION } from "./fingerprint";
import { type InputFile, Inputs } from "./inputs";
import { readPopulation } from "./population";
import { POPULATION_FILE, provenanceOf } from "./provenance";
import {
  checkAbsentSeries,
  checkChosenSeries,
  checkMissing,
  checkRefused,
  checkRowLoss,
  type QualityLimits,
} from "./quality/checks";
import { checkPopulation } from "./quality/populationChecks";
import type { Changes, PopulationYear, Provenance, Report } from "./report";
import { bestYears } from "./reports/bestYears";
import { frame, records } from "./reports/frames";
import { populationSummary } from "./reports/populationSummary";
import { seriesPopulation } from "./reports/seriesPopulation";
import { ReportSettings } from "./settings";
import { type CsvFiles, csvFiles } from "./tables/csv";

export type { InputFile } from "./inputs";
export { POPULATION_FILE, provenanceOf } from "./provenance";
export type { QualityLimits } from "./quality/checks";
export type { Report } from "./report";
export { ReportSettings } from "./settings";

/** The analysis that this one is compared with. */
export interface PreviousAnalysis {
  fingerprint: string;
  /** ISO 8601. */
  generatedAt: string;
  /** What {@link Analysis.snapshot} gave then. */
  snapshot: Uint8Array;
  /** Where its population came from, according to its report's inputs. */
  provenance?: Provenance | null;
}

export interface AnalyzeOptions {
  generatedAt: Date;
  previous?: PreviousAnalysis;
  /** How much may be wrong with the data file; without limits, any share. */
  limits?: QualityLimits;
  /** Make what can be made without `<survey>.series` or the population; the report says what was missing. */
  allowMissing?: boolean;
}

export interface Analysis {
  report: Report;
  /** The report's tables, made when they are called for. */
  csv: CsvFiles;
  /** The first 1,000 rows refused; `report.quality` counts all. */
  refused: RefusedRow[];
  /** Packs the values analysed, for the next analysis's {@link AnalyzeOptions.previous}. */
  snapshot: () => Uint8Array;
}

/**
 * Makes the report. Of `files`, only those are read that it depends on: the data file, `<survey>.series` and its code
 * tables, the lists of periods and footnotes, and the population. The same files, settings and options give the same
 * result, to the byte.
 *
 * @throws SettingsError when the settings make no sense.
 * @throws MissingInputError when a file that it needs is not there.
 * @throws InputError when a file's content is not what it has to be.
 * @throws QualityError when the inputs break a rule whose severity is `error`.
 * @throws SnapshotError when the previous snapshot cannot be read; before any file is.
 */
export async function analyzeFiles(
  files: readonly InputFile[],
  given: ReportSettings,
  options: AnalyzeOptions,
): Promise<Analysis> {
  const settings = checked(given);
  const { dataFile, seriesId, period, populationYears } = settings;
  const previous = options.previous && (await readSnapshot(options.previous.snapshot));
  const inputs = new Inputs(files);
  const findings = new Findings();
  const { missing, catalog, people, values, rows } = await readInputs(inputs, settings, options, findings);
  const current: Snapshot = { dataFile, values, population: people };
  const observed = findObservations(values, seriesId, period);
  const used = inputs.used;
  const before = previous && { ...previous, provenance: options.previous?.provenance ?? null };
  const now = { ...current, provenance: provenanceOf(used) };
  check(now, rows, before, options.limits, findings);
  checkAbsentSeries(dataFile, values, catalog, findings);
  checkChosenSeries(dataFile, observed, settings, findings);

  const quality = { rowsRead: rows, rowsKept: values.valueCount, rules: findings.outcomes };
  const id = fingerprint(used, settings);
  if (findings.errors.length > 0) {
    throw new QualityError(inWords(findings), { fingerprint: id, quality, refused: findings.refused });
  }

  const { quarterly, ...leaders } = findLeaders(values);
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
    bestYears: bestYears(leaders, catalog ?? new Map()),
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

/** Reads what the report is made of; `missing` names what it goes without. */
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

/** Without limits, any share may be wrong. */
const NO_LIMITS: QualityLimits = { maxRowLossPercent: 100, maxRefusedPercent: 100 };

/** What an analysis read, and where its population is from. */
interface Analysed extends Snapshot {
  provenance: Provenance | null;
}

function check(
  { dataFile, values, population, provenance }: Analysed,
  rows: number,
  previous: Analysed | undefined,
  limits: QualityLimits = NO_LIMITS,
  findings: Findings,
): void {
  checkRefused(dataFile, rows, values, limits, findings);
  checkMissing(rows, findings);
  const before = previous?.dataFile === dataFile ? previous.values : undefined;
  checkRowLoss(dataFile, values, before, limits, findings);
  if (population === null) {
    findings.skip("population", "populationJump", "populationReplaced", "populationCutShort");
    return;
  }
  const populationBefore = previous?.population
    ? { population: previous.population, provenance: previous.provenance }
    : null;
  checkPopulation(POPULATION_FILE, { population, provenance }, populationBefore, limits, findings);
}

/** The errors found, as a sentence. */
function inWords(findings: Findings): string {
  const examples = findings.errors.flatMap((outcome) => outcome.examples);
  return `${examples.map((example) => `${place(example)} ${example.reason}`).join("; ")}.`;
}

function checked(settings: ReportSettings): ReportSettings {
  const result = ReportSettings.safeParse(settings);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new SettingsError(`The report's settings are wrong: ${wrong.join("; ")}.`, { cause: result.error });
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
    ...compare(previous, current),
  };
}
