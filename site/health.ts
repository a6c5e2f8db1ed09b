import type { Report } from "../analytics/report";
import type { SourceFile, Status } from "../functions/shared/status";
import { ago, counted, moment, span } from "./format";
import { type Published, SCHEMA_VERSION } from "./objects";

/** Something that readers have to know before they trust the numbers. */
export interface Notice {
  /** `error`: the numbers are not of what the sources have now. `warning`: they may not be. `info`: nothing is wrong. */
  level: "error" | "warning" | "info";
  title: string;
  text: string;
}

/** How late a check or a report may be: Lambda tries again for some time, and fetching takes a while. */
const GRACE_MINUTES = 60;

/** What is wrong, or not there yet; empty when the report is of what the sources have. */
export function findNotices(published: Published, now: Date): Notice[] {
  return [
    ...aboutReport(published),
    ...aboutAnalysis(published),
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
export type Use = "not read" | "as it is here" | "an earlier version";

/** Says of each file of a source how this report used it. */
export function useIn(report: Report | undefined): (file: Pick<SourceFile, "key" | "sha256">) => Use {
  const read = new Map(report?.inputs.map(({ key, sha256 }) => [key, sha256]));
  return ({ key, sha256 }) => {
    const inReport = read.get(key);
    if (inReport === undefined) return "not read";
    return inReport === sha256 ? "as it is here" : "an earlier version";
  };
}

/** What a part is called. */
export function nameOf(part: string): string {
  if (part === "population") return "Population (DataUSA)";
  if (part === "analysis") return "The analysis";
  return `BLS survey ${part.replace(/^bls-/, "")}`;
}

function aboutReport({ report, otherReport, analysis }: Published): Notice[] {
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
  return [
    {
      level: analysis?.ok === false ? "error" : "info",
      title: "There is no report yet",
      text: "It is made as soon as the sources have been fetched for the first time.",
    },
  ];
}

/** What the details of the analysis' status hold when a rule of quality made no report. */
interface Refused {
  refused?: { quality: { rowsRead: number; rules: { rule: string; severity: string }[] } };
}

function aboutAnalysis({ report, otherReport, analysis }: Published): Notice[] {
  const made = report ?? otherReport;
  if (analysis === undefined) {
    if (made === undefined) return [];
    return [{ level: "warning", title: "The analysis has no status", text: "Whether it runs is not known." }];
  }
  if (analysis.ok) return [];
  const kept =
    made === undefined ? "" : ` What is shown is the last good report, of ${moment(made.generatedAt)}.`;
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
    const title = `The data broke ${counted(broken.length, "rule")} of quality: ${broken.join(", ")}`;
    return [{ level: "error", title, text }];
  }
  return [{ level: "error", title: "The last analysis failed", text }];
}

/** A report follows a change within minutes, unless what starts the analysis does not work. */
function aboutAge({ report, analysis, sources }: Published, now: Date): Notice[] {
  if (report === undefined || analysis?.ok === false) return [];
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
    if (report === undefined) return [];
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

function minutesSince(iso: string, now: Date): number {
  return (now.getTime() - Date.parse(iso)) / 60_000;
}
