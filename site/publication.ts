/**
 * The analysis publishes its objects one after the other: the report, its tables, the history, and finally its status.
 * The page may read some of them before the others are written. This module recognizes that, so the page does not
 * report a problem.
 */
import type { Report } from "../analytics/report";
import type { ReportHistory } from "../functions/analysis/publish";
import type { Status } from "../functions/shared/status";
import type { SiteSettings } from "../infra/siteSettings";

/** A run writes its status last, and Lambda ends every run after 15 minutes. */
const STATUS_GRACE_MINUTES = 15;

/** First wait before an incomplete publication is read again; it doubles each time. A publication takes seconds. */
const FIRST_WAIT_SECONDS = 1;

/** How often the page reads again if it could not read its settings. */
const DEFAULT_POLL_SECONDS = 30;

/** What the page needs of a report in a format that it cannot show. */
export interface OtherReport {
  schemaVersion: number;
  generatedAt: string;
}

/** The objects of one publication. A missing object is `undefined`. */
export interface PublicationParts {
  report: Report | undefined;
  /** The report if the page cannot show its format; `report` is then undefined. */
  otherReport: OtherReport | undefined;
  analysis: Status | undefined;
  history: ReportHistory | undefined;
}

/** Whether the status or the history mentions a newer report than the one that was read. */
export function isReportBehind(parts: PublicationParts): boolean {
  const latest = latestReportTime(parts);
  return latest !== undefined && Date.parse(latest) > Date.parse(reportTime(parts) ?? "1970-01-01");
}

/** Whether the status of the analysis is missing, or older than the report that was read. */
export function isStatusBehind(parts: Omit<PublicationParts, "history">): boolean {
  const generatedAt = reportTime(parts);
  if (generatedAt === undefined) return false;
  const { analysis } = parts;
  if (analysis === undefined) return true;
  // If two runs overlap, the one that started first may end last; its status then has the other's report.
  const known = [analysis.lastCheck, analysis.lastChange].map((iso) => Date.parse(iso ?? "1970-01-01"));
  return Math.max(...known) < Date.parse(generatedAt);
}

/** Whether parts of a publication are missing and may still be written. */
export function isBeingPublished(parts: PublicationParts, now: Date): boolean {
  return (
    (isStatusBehind(parts) && isRecent(reportTime(parts), now)) ||
    (isReportBehind(parts) && isRecent(latestReportTime(parts), now))
  );
}

/** Whether a run that was active at this time may still be running and write its status later. */
export function isRecent(iso: string | undefined, now: Date): boolean {
  return iso !== undefined && minutesSince(iso, now) < STATUS_GRACE_MINUTES;
}

/** The time of the latest report that the status or the history mentions; undefined if they mention none. */
export function latestReportTime({ analysis, history }: PublicationParts): string | undefined {
  const listed = history?.reports.map(({ generatedAt }) => generatedAt) ?? [];
  return [analysis?.lastChange ?? [], listed].flat().sort().at(-1);
}

/**
 * Seconds until the page should read again; 0 for never.
 *
 * @param published the last read; undefined if nothing could be read yet.
 * @param incompleteReads how many reads in a row found an incomplete publication.
 */
export function secondsToNextRead(
  published: { settings: SiteSettings | undefined } | undefined,
  incompleteReads: number,
): number {
  const usual = published?.settings?.pollSeconds ?? DEFAULT_POLL_SECONDS;
  if (incompleteReads === 0) return usual;
  const soon = FIRST_WAIT_SECONDS * 2 ** (incompleteReads - 1);
  return usual === 0 ? soon : Math.min(usual, soon);
}

/** Minutes between a time and now; negative for a time in the future. */
export function minutesSince(iso: string, now: Date): number {
  return (now.getTime() - Date.parse(iso)) / 60_000;
}

function reportTime({ report, otherReport }: Omit<PublicationParts, "history">): string | undefined {
  return (report ?? otherReport)?.generatedAt;
}
