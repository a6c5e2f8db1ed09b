/**
 * The analysis publishes its objects one after the other: the report, its tables, the history, and its status last.
 * A reader can see the first of them before the last is written. What is decided here keeps that from looking like a
 * fault.
 */
import type { Published } from "./objects";

/** A run of a function ends by writing its status, and no run lasts longer than Lambda's limit. */
export const STATUS_GRACE_MINUTES = 15;

/** A publication takes seconds: the first wait before it is read again; each further wait is twice as long. */
const FIRST_WAIT_SECONDS = 1;

/** How often a page reads that could not read how often it should. */
const UNKNOWN_POLL_SECONDS = 30;

/** The objects that one publication consists of. */
export type PublicationParts = Pick<Published, "report" | "otherReport" | "analysis" | "history">;

/** Whether the status or the history tells of a later report than the one that was read. */
export function isReportBehind(parts: PublicationParts): boolean {
  const told = latestToldOf(parts);
  return told !== undefined && Date.parse(told) > Date.parse(reportTime(parts) ?? "1970-01-01");
}

/** Whether the status of the analysis is missing, or was written before the report that was read. */
export function isStatusBehind(parts: Omit<PublicationParts, "history">): boolean {
  const made = reportTime(parts);
  if (made === undefined) return false;
  const { analysis } = parts;
  if (analysis === undefined) return true;
  // A run that started earlier and ended later tells of a report that was made after its own start.
  const known = [analysis.lastCheck, analysis.lastChange].map((iso) => Date.parse(iso ?? "1970-01-01"));
  return Math.max(...known) < Date.parse(made);
}

/** Whether parts of a publication are missing and may still be on their way. */
export function isBeingPublished(parts: PublicationParts, now: Date): boolean {
  return (
    (isStatusBehind(parts) && isRecent(reportTime(parts), now)) ||
    (isReportBehind(parts) && isRecent(latestToldOf(parts), now))
  );
}

/** Whether a run that did this has time left to write its status. */
export function isRecent(iso: string | undefined, now: Date): boolean {
  return iso !== undefined && minutesSince(iso, now) < STATUS_GRACE_MINUTES;
}

/** The time of the latest report that the status or the history tells of; undefined if they tell of none. */
export function latestToldOf({ analysis, history }: PublicationParts): string | undefined {
  const listed = history?.reports.map(({ generatedAt }) => generatedAt) ?? [];
  return [analysis?.lastChange ?? [], listed].flat().sort().at(-1);
}

/**
 * How long to wait before reading again, in seconds; 0 for never.
 *
 * @param published what was read last; undefined if nothing could be read yet.
 * @param incompleteReads how many reads in a row found a publication incomplete.
 */
export function secondsToNextRead(
  published: Pick<Published, "settings"> | undefined,
  incompleteReads: number,
): number {
  const usual = published?.settings?.pollSeconds ?? UNKNOWN_POLL_SECONDS;
  if (incompleteReads === 0) return usual;
  const soon = FIRST_WAIT_SECONDS * 2 ** (incompleteReads - 1);
  return usual === 0 ? soon : Math.min(usual, soon);
}

/** Minutes from then until now; negative if it is still to come. */
export function minutesSince(iso: string, now: Date): number {
  return (now.getTime() - Date.parse(iso)) / 60_000;
}

function reportTime({ report, otherReport }: Omit<PublicationParts, "history">): string | undefined {
  return (report ?? otherReport)?.generatedAt;
}
