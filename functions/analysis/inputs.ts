import path from "node:path";
import type { InputFile, ReportSettings } from "../../analytics/analyzeFiles";
import { provenanceIn } from "../population/provenance";
import type { Bucket } from "../shared/bucket";
import { POPULATION_KEY, surveyPrefix } from "../shared/keys";

/**
 * Finds the report's inputs under `raw/`: the survey's data file, its series and code tables, and the population. A
 * missing input is left out; the analysis knows which ones it needs.
 *
 * Inputs are opened only when read. If one was replaced after it was found, reading it throws ConflictError.
 */
export async function findInputs(
  dataBucket: Bucket,
  { survey, dataFile }: ReportSettings,
): Promise<InputFile[]> {
  const folder = surveyPrefix(survey);
  const objects = await Array.fromAsync(dataBucket.list(folder));
  const names = objects.map(({ Key = "" }) => Key.slice(folder.length));
  const tables = names.filter((name) => isTable(name, survey));
  const keys = [...[dataFile, ...tables].map((name) => folder + name), POPULATION_KEY];
  const found = await Promise.all(keys.map((key) => findInput(dataBucket, key)));
  return found.filter((input) => input !== undefined);
}

/** Files of a survey that are prose. */
const PROSE = ["txt", "contacts"];

/** Whether a file is the survey's series or one of its code tables, such as `pr.series`, not a data file or prose. */
export function isTable(name: string, survey: string): boolean {
  const [prefix, table, ...rest] = name.split(".");
  return prefix === survey && rest.length === 0 && table !== undefined && !PROSE.includes(table);
}

async function findInput(dataBucket: Bucket, key: string): Promise<InputFile | undefined> {
  const head = await dataBucket.head(key);
  if (head === undefined) return undefined;
  return {
    name: path.posix.basename(key),
    key,
    version: head.VersionId ?? null,
    upstreamDate: head.Metadata?.["upstream-date"] ?? null,
    fetchedAt: head.Metadata?.["fetched-at"] ?? null,
    provenance: key === POPULATION_KEY ? provenanceIn(head.Metadata) : null,
    open: () => dataBucket.readUnchanged(key, head.ETag ?? ""),
  };
}
