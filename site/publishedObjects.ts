/** Reads the objects of the page's own bucket. */
import type { Report } from "../analytics/report";
import type { ReportHistory } from "../functions/analysis/publish";
import {
  ANALYSIS_PART,
  HISTORY_KEY,
  type Part,
  POPULATION_PART,
  REPORT_KEY,
  statusKey,
  surveyPart,
} from "../functions/shared/keys";
import type { Status } from "../functions/shared/status";
import type { SiteSettings } from "../infra/siteSettings";
import { isReportBehind, type OtherReport, type PublicationParts } from "./publication";

/** The report format that this page reads; the analysis of the same version writes it. */
export const SCHEMA_VERSION: Report["schemaVersion"] = 3;

/** Objects have at most a few hundred kilobytes, so an answer that takes longer will not come. */
const TIMEOUT_MS = 60_000;

/** Everything the page shows. A missing object is `undefined`. */
export interface Published extends PublicationParts {
  settings: SiteSettings | undefined;
  /** The sources' status objects by part, in display order. */
  sources: ReadonlyMap<Part, Status | undefined>;
}

/**
 * Reads everything. The requests run in parallel, so the report may be read just before a new one is published, and the
 * status just after. In that case, everything is read once more to get the new report.
 *
 * @throws Error if an object exists but cannot be fetched.
 */
export async function readPublished(): Promise<Published> {
  const published = await readOnce();
  return isReportBehind(published) ? readOnce() : published;
}

async function readOnce(): Promise<Published> {
  const settings = await readJson<SiteSettings>("site.json");
  const parts = [...(settings?.surveys ?? []).map(surveyPart), POPULATION_PART] as const;
  const [report, analysis, history, ...statuses] = await Promise.all([
    readJson<Report | OtherReport>(REPORT_KEY),
    readStatus(ANALYSIS_PART),
    readJson<ReportHistory>(HISTORY_KEY),
    ...parts.map(readStatus),
  ]);
  const isReadable = report !== undefined && report.schemaVersion === SCHEMA_VERSION;
  return {
    settings,
    report: isReadable ? (report as Report) : undefined,
    otherReport: isReadable ? undefined : report,
    sources: new Map(parts.map((part, index) => [part, statuses[index]])),
    analysis,
    history,
  };
}

function readStatus(part: Part): Promise<Status | undefined> {
  return readJson<Status>(statusKey(part));
}

/**
 * Reads a JSON object; undefined if it does not exist. The browser sends the ETag of its cached copy, so an unchanged
 * object is not transferred again.
 *
 * @throws Error if the object exists but cannot be fetched.
 */
export async function readJson<T>(key: string): Promise<T | undefined> {
  const response = await fetchObject(key);
  return response === undefined ? undefined : ((await response.json()) as T);
}

/** A table of a report. */
interface TableText {
  text: string;
  /** The fingerprint of the report that the table belongs to; null if the object does not say. */
  fingerprint: string | null;
}

/** Reads a table that the analysis writes with the report; otherwise like {@link readJson}. */
export async function readTable(key: string): Promise<TableText | undefined> {
  const response = await fetchObject(key);
  if (response === undefined) return undefined;
  return { text: await response.text(), fingerprint: response.headers.get("x-amz-meta-fingerprint") };
}

/** The address of an object, relative to the page. Always in the page's bucket, even if the key begins with slashes. */
export function objectUrl(key: string): string {
  return `./${key.split("/").map(encodeURIComponent).join("/")}`;
}

async function fetchObject(key: string): Promise<Response | undefined> {
  let response: Response;
  try {
    response = await fetch(objectUrl(key), { cache: "no-cache", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new Error(`Could not fetch ${key}: the connection failed.`, { cause });
  }
  // S3 answers 403 for a missing object if the reader may not list the bucket.
  if (response.status === 403 || response.status === 404) return undefined;
  if (!response.ok) throw new Error(`Could not fetch ${key}: the server answered ${response.status}.`);
  return response;
}
