import type { Report } from "../analytics/report";
import { pluralize } from "../analytics/words";
import { ANALYSIS_PART, type Part, REPORT_KEY, statusKey } from "../functions/shared/keys";
import type { Status } from "../functions/shared/status";
import { formatDuration, formatTime, formatTimeAgo } from "./format";
import { isRecent, isReportBehind, isStatusBehind, latestReportTime, minutesSince } from "./publication";
import { type Published, SCHEMA_VERSION } from "./publishedObjects";
import { GRACE_MINUTES, isOverdue, partName, usedVersions } from "./sourceStatus";

/** Something readers should know before they trust the numbers. */
export interface Notice {
  /** `error`: the report does not match the sources. `warning`: it may not. `info`: nothing is wrong. */
  level: "error" | "warning" | "info";
  title: string;
  text: string;
  /** For a warning: the badge next to the report's date, if 'may be out of date' does not fit. */
  badge?: string;
}

/** Everything readers should know about this state; empty if the report is up to date. */
export function findNotices(published: Published, now: Date): Notice[] {
  return [
    ...missingReport(published, now),
    ...replacedPopulation(published),
    ...analysisStatus(published, now),
    ...outdatedReport(published, now),
    ...missingSettings(published),
    ...[...published.sources].flatMap(([part, status]) => sourceCheck(part, status, published, now)),
  ];
}

function missingReport(published: Published, now: Date): Notice[] {
  const { report, otherReport, analysis } = published;
  if (report !== undefined) return [];
  if (otherReport !== undefined) {
    const { schemaVersion, generatedAt } = otherReport;
    const isNewer = schemaVersion > SCHEMA_VERSION;
    return [
      {
        level: "warning",
        title: `The report has ${isNewer ? "a newer" : "an older"} format`,
        text:
          `The report from ${formatTime(generatedAt)} has schema version ${schemaVersion}, but this page shows only ` +
          `version ${SCHEMA_VERSION}. ${isNewer ? "Reload the page to update it" : "The next analysis replaces the report"}. ` +
          "Until then, its JSON is linked below.",
      },
    ];
  }
  const latest = latestReportTime(published);
  if (latest !== undefined && !isRecent(latest, now)) {
    return [
      {
        level: "error",
        title: "The report is missing",
        text:
          `A report was generated on ${formatTime(latest)}, but ${REPORT_KEY} does not exist. The next analysis ` +
          "creates it again.",
      },
    ];
  }
  return [
    {
      level: analysis?.ok === false ? "error" : "info",
      title: "There is no report yet",
      text: "The first report follows as soon as the sources have been fetched.",
    },
  ];
}

/** The same address may return another population estimate, which is correct, but not the intended one. */
function replacedPopulation({ report }: Published): Notice[] {
  const rule = report?.quality.rules.find((outcome) => outcome.rule === "populationReplaced");
  if (!rule?.count) return [];
  const examples = rule.examples.map(({ file, reason }) => `${file} ${reason}.`);
  return [
    {
      level: "warning",
      title: "The population data is not the same as in the previous report",
      text: examples.join(" "),
      badge: "different population data",
    },
  ];
}

/** The details of the analysis's status after a quality rule refused the data. */
interface RefusalDetails {
  refused?: { quality: { rules: { rule: string; severity: string }[] } };
}

function analysisStatus(published: Published, now: Date): Notice[] {
  const { report, otherReport, analysis } = published;
  const current = report ?? otherReport;
  if (current !== undefined && isStatusBehind(published)) return lateAnalysisStatus(current, analysis, now);
  if (analysis === undefined || analysis.ok) return [];
  const kept =
    current === undefined || isReportBehind(published)
      ? ""
      : ` The page shows the last good report, from ${formatTime(current.generatedAt)}.`;
  const text = `${analysis.error ?? ""}${kept}`;
  if (analysis.missing.length > 0) {
    return [{ level: "error", title: `Missing input: ${analysis.missing.join(", ")}`, text }];
  }
  const { refused } = (analysis.details ?? {}) as RefusalDetails;
  if (refused !== undefined) {
    const broken = refused.quality.rules
      .filter(({ severity }) => severity === "error")
      .map(({ rule }) => rule);
    const title = `The data broke ${pluralize(broken.length, "quality rule")}: ${broken.join(", ")}`;
    return [{ level: "error", title, text }];
  }
  return [{ level: "error", title: "The last analysis failed", text }];
}

/** For a status that is missing or older than the report. Such a report came from a later run that did not fail. */
function lateAnalysisStatus(
  { generatedAt }: Pick<Report, "generatedAt">,
  analysis: Status | undefined,
  now: Date,
): Notice[] {
  if (isRecent(generatedAt, now)) return [];
  if (analysis === undefined)
    return [missingStatus(ANALYSIS_PART, "the analysis", "whether the analysis runs")];
  return [
    {
      level: "warning",
      title: "The status of the analysis is older than the report",
      text: `It was written on ${formatTime(analysis.lastCheck)}, so the page cannot tell whether the analysis still runs.`,
    },
  ];
}

/** A report follows a change within minutes, unless the analysis is no longer triggered. */
function outdatedReport(published: Published, now: Date): Notice[] {
  const { report, analysis, sources } = published;
  if (report === undefined) return [];
  // A failed analysis has its own notice, unless the report is newer.
  if (analysis?.ok === false && !isStatusBehind(published)) return [];
  // A newer report has just been published; the next read will find it.
  if (isReportBehind(published) && isRecent(latestReportTime(published), now)) return [];
  const usedVersion = usedVersions(report);
  const changed = [...sources.values()].flatMap((status) => {
    if (status === undefined) return [];
    const { lastChange, files } = status;
    if (lastChange !== null && minutesSince(lastChange, now) < GRACE_MINUTES) return [];
    return files.filter((file) => usedVersion(file) === "an earlier version");
  });
  if (changed.length === 0) return [];
  return [
    {
      level: "error",
      title: "The report is older than its sources",
      text: `No analysis followed the change of ${changed.map(({ key }) => key).join(", ")}.`,
    },
  ];
}

function missingSettings({ settings }: Published): Notice[] {
  if (settings !== undefined) return [];
  return [
    {
      level: "warning",
      title: "The schedule of the checks is not known",
      text: "site.json is missing, so the page cannot tell which surveys there are and whether a check is overdue.",
    },
  ];
}

function missingStatus(part: Part, name: string, unknown: string): Notice {
  return {
    level: "warning",
    title: `The status of ${name} is missing`,
    text: `${statusKey(part)} does not exist, so the page cannot tell ${unknown}.`,
  };
}

function sourceCheck(
  part: Part,
  status: Status | undefined,
  { settings, report }: Published,
  now: Date,
): Notice[] {
  const name = partName(part);
  if (status === undefined) {
    // The first report may be published before the source's first run has ended.
    if (report === undefined || isRecent(report.generatedAt, now)) return [];
    return [missingStatus(part, name, "whether this source is checked")];
  }
  const notices: Notice[] = [];
  if (!status.ok) {
    const missing = status.missing.length > 0 ? `Missing: ${status.missing.join(", ")}. ` : "";
    notices.push({
      level: "error",
      title: `The last check of ${name} failed`,
      text: `${missing}${status.error ?? ""}`,
    });
  }
  if (isOverdue(status, settings, now)) {
    const gap = settings?.longestGapMinutes ?? 0;
    notices.push({
      level: "warning",
      title: `${name} was last checked ${formatTimeAgo(status.lastCheck, now)}`,
      text:
        `The last check was on ${formatTime(status.lastCheck)}; the schedule has one at least every ${formatDuration(gap)}. ` +
        "The source may have changed since.",
    });
  }
  return notices;
}
