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
import { addressOf } from "./format";
import { isReportBehind } from "./publication";

/** The format of reports that this page reads: the one that the code beside it writes. */
export const SCHEMA_VERSION: Report["schemaVersion"] = 3;

/** An object is some hundred kilobytes at most: what takes longer will not come. */
const TIMEOUT_MS = 60_000;

/** What a report of another format has in common with this one. */
export interface OtherReport {
  schemaVersion: number;
  generatedAt: string;
}

/** Everything that the page shows; `undefined` where the object is not there. */
export interface Published {
  settings: SiteSettings | undefined;
  report: Report | undefined;
  /** A report of another format, which is there instead. */
  otherReport: OtherReport | undefined;
  /** The sources' status objects by part, in the order in which they are shown. */
  sources: ReadonlyMap<string, Status | undefined>;
  analysis: Status | undefined;
  history: ReportHistory | undefined;
}

/**
 * Reads everything. The requests run side by side, so the report may be read a moment before a new one is published,
 * and the status a moment after: then everything is read again, and the new report is there.
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
    sources: new Map(parts.map((part, at) => [part, statuses[at]])),
    analysis,
    history,
  };
}

function readStatus(part: Part): Promise<Status | undefined> {
  return readJson<Status>(statusKey(part));
}

/**
 * An object of the page's own bucket; undefined where there is none. Asked for with the ETag of the copy that the
 * browser has, so that what did not change is not sent again.
 *
 * @throws Error when it is there but cannot be had.
 */
export async function readJson<T>(key: string): Promise<T | undefined> {
  const response = await request(key);
  return response === undefined ? undefined : ((await response.json()) as T);
}

/** A table of a report. */
export interface TableText {
  text: string;
  /** Of the report that the table belongs to; null if the object does not say. */
  fingerprint: string | null;
}

/** A table that the analysis writes beside the report; otherwise like {@link readJson}. */
export async function readTable(key: string): Promise<TableText | undefined> {
  const response = await request(key);
  if (response === undefined) return undefined;
  return { text: await response.text(), fingerprint: response.headers.get("x-amz-meta-fingerprint") };
}

async function request(key: string): Promise<Response | undefined> {
  let response: Response;
  try {
    response = await fetch(addressOf(key), { cache: "no-cache", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new Error(`${key} cannot be fetched: the connection failed.`, { cause });
  }
  // S3 answers 403 for what is missing to whoever may not list the bucket.
  if (response.status === 403 || response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${key} cannot be fetched: the answer was ${response.status}.`);
  return response;
}
