import type { Report } from "../analytics/report";
import { ANALYSIS_PART, POPULATION_PART, REPORT_KEY, SURVEY_PART_PREFIX } from "../functions/shared/keys";
import type { SourceFile, Status } from "../functions/shared/status";
import { ago, moment, pluralize, span } from "./format";
import { type Published, SCHEMA_VERSION } from "./objects";
import { isRecent, isReportBehind, isStatusBehind, latestToldOf, minutesSince } from "./publication";

/** Something that readers have to know before they trust the numbers. */
export interface Notice {
  /** `error`: the numbers are not of what the sources have now. `warning`: they may not be. `info`: nothing is wrong. */
  level: "error" | "warning" | "info";
  title: string;
  text: string;
  /** The badge beside the report's date for a warning, if not that the report may be out of date. */
  badge?: string;
}

/** How late a check or a report may be: Lambda tries again for some time, and fetching takes a while. */
const GRACE_MINUTES = 60;

/** What is wrong, or not there yet; empty when the report is of what the sources have. */
export function findNotices(published: Published, now: Date): Notice[] {
  return [
    ...aboutReport(published, now),
    ...aboutPopulation(published),
    ...aboutAnalysis(published, now),
    ...aboutAge(published, now),
    ...aboutSettings(published),
    ...[...published.sources].flatMap(([part, status]) => aboutSource(part, status, published, now)),
  ];
}

/** Whether the last check of a source is longer ago than its schedule allows. */
export function isOverdue(
  { lastCheck }: Pick<Status, "lastCheck">,
  settings: Published["settings"],
  now: Date,
): boolean {
  const gap = settings?.longestGapMinutes ?? null;
  return gap !== null && minutesSince(lastCheck, now) > gap + GRACE_MINUTES;
}

/** How a report used what a source has now. */
export type Use = "not read" | "as it is here" | "an earlier version" | "a later version";

/**
 * Says how this report used a file that a source's status lists. A source writes its status at the end of its run, so a
 * report may have read a later version than the status lists.
 */
export function useIn(
  report: Report | undefined,
): (file: Pick<SourceFile, "key" | "sha256" | "fetchedAt">) => Use {
  const read = new Map(report?.inputs.map((input) => [input.key, input]));
  return ({ key, sha256, fetchedAt }) => {
    const input = read.get(key);
    if (input === undefined) return "not read";
    if (input.sha256 === sha256) return "as it is here";
    const isLater =
      input.fetchedAt !== null && fetchedAt !== null && Date.parse(input.fetchedAt) > Date.parse(fetchedAt);
    return isLater ? "a later version" : "an earlier version";
  };
}

/** What a part is called. */
export function nameOf(part: string): string {
  if (part === POPULATION_PART) return "Population (DataUSA)";
  if (part === ANALYSIS_PART) return "The analysis";
  return `BLS survey ${part.replace(SURVEY_PART_PREFIX, "")}`;
}

function aboutReport(published: Published, now: Date): Notice[] {
  const { report, otherReport, analysis } = published;
  if (report !== undefined) return [];
  if (otherReport !== undefined) {
    const isNewer = otherReport.schemaVersion > SCHEMA_VERSION;
    return [
      {
        level: "warning",
        title: `The report is of ${isNewer ? "a newer" : "an earlier"} format`,
        text:
          `The report of ${moment(otherReport.generatedAt)} has format ${otherReport.schemaVersion}, which this page ` +
          `does not show. ${isNewer ? "Reload the page" : "The next analysis replaces it"}; until then its JSON is linked below.`,
      },
    ];
  }
  const told = latestToldOf(published);
  if (told !== undefined && !isRecent(told, now)) {
    return [
      {
        level: "error",
        title: "The report is missing",
        text: `One was made on ${moment(told)}, but ${REPORT_KEY} is not there. The next analysis makes it again.`,
      },
    ];
  }
  return [
    {
      level: analysis?.ok === false ? "error" : "info",
      title: "There is no report yet",
      text: "It is made as soon as the sources have been fetched for the first time.",
    },
  ];
}

/** The same address may answer with another estimate of the population: correct, but not what was asked for. */
function aboutPopulation({ report }: Published): Notice[] {
  const rule = report?.quality.rules.find((outcome) => outcome.rule === "populationReplaced");
  if (!rule?.count) return [];
  const examples = rule.examples.map(({ file, reason }) => `${file} ${reason}.`);
  return [
    {
      level: "warning",
      title: "The population is not the same as in the previous report",
      text: examples.join(" "),
      badge: "different population",
    },
  ];
}

/** What the details of the analysis' status hold when a rule of quality made no report. */
interface Refused {
  refused?: { quality: { rowsRead: number; rules: { rule: string; severity: string }[] } };
}

function aboutAnalysis(published: Published, now: Date): Notice[] {
  const { report, otherReport, analysis } = published;
  const made = report ?? otherReport;
  if (made !== undefined && isStatusBehind(published)) return aboutLateStatus(made, analysis, now);
  if (analysis === undefined || analysis.ok) return [];
  const kept =
    made === undefined || isReportBehind(published)
      ? ""
      : ` What is shown is the last good report, of ${moment(made.generatedAt)}.`;
  const text = `${analysis.error ?? ""}${kept}`;
  if (analysis.missing.length > 0) {
    const names = analysis.missing.join(", ");
    return [{ level: "error", title: `A source is missing: ${names}`, text }];
  }
  const { refused } = (analysis.details ?? {}) as Refused;
  if (refused !== undefined) {
    const broken = refused.quality.rules
      .filter(({ severity }) => severity === "error")
      .map(({ rule }) => rule);
    const title = `The data broke ${pluralize(broken.length, "rule")} of quality: ${broken.join(", ")}`;
    return [{ level: "error", title, text }];
  }
  return [{ level: "error", title: "The last analysis failed", text }];
}

/** Of an analysis whose last status, if any, is older than the report: it ran since then, and did not fail. */
function aboutLateStatus(
  made: Pick<Report, "generatedAt">,
  analysis: Status | undefined,
  now: Date,
): Notice[] {
  if (isRecent(made.generatedAt, now)) return [];
  const text = "Whether it runs is not known.";
  if (analysis === undefined) return [{ level: "warning", title: "The analysis has no status", text }];
  return [
    {
      level: "warning",
      title: "The status of the analysis is older than the report",
      text: `It is of ${moment(analysis.lastCheck)}. ${text}`,
    },
  ];
}

/** A report follows a change within minutes, unless what starts the analysis does not work. */
function aboutAge(published: Published, now: Date): Notice[] {
  const { report, analysis, sources } = published;
  if (report === undefined) return [];
  // A failed analysis has its own notice, unless the report was made after it failed.
  if (analysis?.ok === false && !isStatusBehind(published)) return [];
  // A later report has just been published; the next read finds it.
  if (isReportBehind(published) && isRecent(latestToldOf(published), now)) return [];
  const use = useIn(report);
  const newer = [...sources.values()].flatMap((status) => {
    if (status === undefined) return [];
    const { lastChange, files } = status;
    if (lastChange !== null && minutesSince(lastChange, now) < GRACE_MINUTES) return [];
    return files.filter((file) => use(file) === "an earlier version");
  });
  if (newer.length === 0) return [];
  return [
    {
      level: "error",
      title: "The report is older than what it was made of",
      text: `Changed since, without an analysis: ${newer.map(({ key }) => key).join(", ")}.`,
    },
  ];
}

function aboutSettings({ settings }: Published): Notice[] {
  if (settings !== undefined) return [];
  return [
    {
      level: "warning",
      title: "How often the sources are checked is not known",
      text: "This page's site.json is not there: whether a check is overdue, and of which surveys, cannot be told.",
    },
  ];
}

function aboutSource(
  part: string,
  status: Status | undefined,
  { settings, report }: Published,
  now: Date,
): Notice[] {
  const name = nameOf(part);
  if (status === undefined) {
    // The first report may be made before the source's first run has ended.
    if (report === undefined || isRecent(report.generatedAt, now)) return [];
    return [
      { level: "warning", title: `${name} has no status`, text: "Whether it is checked is not known." },
    ];
  }
  const notices: Notice[] = [];
  if (!status.ok) {
    const missing = status.missing.length > 0 ? `${status.missing.join(", ")} is missing. ` : "";
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
      title: `${name} was last checked ${ago(status.lastCheck, now)}`,
      text:
        `That was on ${moment(status.lastCheck)}; by its schedule it is checked at least every ${span(gap)}. ` +
        "The report may not be of what the source has now.",
    });
  }
  return notices;
}
