/**
 * The keys of the objects in the two buckets. Functions, infrastructure, page and commands take them from here; this
 * file has no imports, so all of them can.
 *
 * Data bucket: `raw/`, `reports/` and the page. State bucket: a manifest for each survey, `analysis/` and
 * `quarantine/`.
 */

/** Everything fetched from the sources. Changes under this prefix trigger the analysis. */
export const RAW_PREFIX = "raw/";

/** The surveys' folders. */
export const BLS_PREFIX = `${RAW_PREFIX}bls/`;

/** A survey's folder: one object per file, under the file's name. */
export function surveyPrefix(survey: string): string {
  return `${BLS_PREFIX}${survey}/`;
}

/** The population: `{"data":[…]}`. */
export const POPULATION_KEY = `${RAW_PREFIX}population/nation.json`;

/** Everything that the pipeline publishes. */
export const REPORTS_PREFIX = "reports/";

/** The latest report object. */
export const REPORT_KEY = `${REPORTS_PREFIX}latest.json`;

/** The latest report's tables. */
export const TABLES_PREFIX = `${REPORTS_PREFIX}latest/`;

/** A table of the latest report, e.g. `best-years.csv`. */
export function tableKey(file: string): string {
  return TABLES_PREFIX + file;
}

/** Every report so far, and their index. */
export const HISTORY_PREFIX = `${REPORTS_PREFIX}history/`;

/** The index of all reports, oldest first. */
export const HISTORY_KEY = `${HISTORY_PREFIX}index.json`;

/**
 * A report's own object. Its key includes the time: inputs that change and change back lead to a second report with the
 * same fingerprint, possibly on the same day.
 *
 * @param generatedAt ISO 8601.
 */
export function reportHistoryKey({
  fingerprint,
  generatedAt,
}: {
  fingerprint: string;
  generatedAt: string;
}): string {
  const [date = "", time = ""] = new Date(generatedAt).toISOString().split(/[T.]/);
  return `${HISTORY_PREFIX}${date.replaceAll("-", "/")}/${time.replaceAll(":", "")}-${fingerprint}.json`;
}

/** One object per part of the pipeline. */
export const STATUS_PREFIX = `${REPORTS_PREFIX}status/`;

/** A part of the pipeline that writes a status object: a survey's sync, the population's fetch, or the analysis. */
export type Part = `bls-${string}` | typeof POPULATION_PART | typeof ANALYSIS_PART;

export const POPULATION_PART = "population";
export const ANALYSIS_PART = "analysis";

/** Prefix of the surveys' parts. */
export const SURVEY_PART_PREFIX = "bls-";

/** The part that syncs a survey, e.g. `bls-pr`. */
export function surveyPart(survey: string): Part {
  return `${SURVEY_PART_PREFIX}${survey}`;
}

/** The status object of a part. */
export function statusKey(part: Part): string {
  return `${STATUS_PREFIX}${part}.json`;
}

/** State bucket: the manifest of a survey's sync. */
export function manifestKey(survey: string): string {
  return `${surveyPart(survey)}.json`;
}

/** State bucket: the values that each report is based on. */
export const SNAPSHOTS_PREFIX = "analysis/";

/** State bucket: the values that the report with this fingerprint is based on. */
export function snapshotKey(fingerprint: string): string {
  return `${SNAPSHOTS_PREFIX}${fingerprint}.snapshot`;
}

/** State bucket: rows that an analysis refused. */
export const QUARANTINE_PREFIX = "quarantine/";

/** State bucket: rows refused from the inputs with this fingerprint. */
export function quarantineKey(fingerprint: string): string {
  return `${QUARANTINE_PREFIX}${fingerprint}.json`;
}

/** The survey of a BLS file: `pr` for `pr.data.0.Current`. */
export function surveyOf(file: string): string {
  return file.split(".", 1)[0] ?? "";
}
