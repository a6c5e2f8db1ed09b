/** What the sources' status objects say: whether a check is overdue, and which file versions the report used. */
import type { Report } from "../analytics/report";
import { ANALYSIS_PART, POPULATION_PART, SURVEY_PART_PREFIX } from "../functions/shared/keys";
import type { SourceFile, Status } from "../functions/shared/status";
import type { SiteSettings } from "../infra/siteSettings";
import { minutesSince } from "./publication";

/** How late a check or a report may be, because fetching takes a while and Lambda may retry. */
export const GRACE_MINUTES = 60;

/** The display name of a part: a source or the analysis. */
export function partName(part: string): string {
  if (part === POPULATION_PART) return "Population (DataUSA)";
  if (part === ANALYSIS_PART) return "Analysis";
  return `BLS survey ${part.replace(SURVEY_PART_PREFIX, "")}`;
}

/** Whether the last check of a source is older than the schedule allows; false if the schedule is not known. */
export function isOverdue(
  { lastCheck }: Pick<Status, "lastCheck">,
  settings: SiteSettings | undefined,
  now: Date,
): boolean {
  const gap = settings?.longestGapMinutes ?? null;
  return gap !== null && minutesSince(lastCheck, now) > gap + GRACE_MINUTES;
}

/** Which version of a source's file the report used, relative to the one in the source's status. */
type UsedVersion = "not used" | "this version" | "an earlier version" | "a later version";

/**
 * Returns a function that says which version of a file the report used. A source writes its status at the end of its
 * run, so the report may have used a later version than the status lists.
 */
export function usedVersions(
  report: Report | undefined,
): (file: Pick<SourceFile, "key" | "sha256" | "fetchedAt">) => UsedVersion {
  const inputs = new Map(report?.inputs.map((input) => [input.key, input]));
  return ({ key, sha256, fetchedAt }) => {
    const input = inputs.get(key);
    if (input === undefined) return "not used";
    if (input.sha256 === sha256) return "this version";
    const isLater =
      input.fetchedAt !== null && fetchedAt !== null && Date.parse(input.fetchedAt) > Date.parse(fetchedAt);
    return isLater ? "a later version" : "an earlier version";
  };
}
