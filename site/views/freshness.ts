import type { Quality, Report } from "../../analytics/report";
import { pluralize } from "../../analytics/words";
import { ANALYSIS_PART } from "../../functions/shared/keys";
import type { SourceFile, Status } from "../../functions/shared/status";
import { type Child, element } from "../dom";
import { fact } from "../facts";
import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatTime,
  formatTimeAgo,
  formatUpstreamDate,
  NO_VALUE,
  shortHash,
} from "../format";
import { isBeingPublished, isStatusBehind } from "../publication";
import type { Published } from "../publishedObjects";
import { objectUrl } from "../publishedObjects";
import { isOverdue, partName, usedVersions } from "../sourceStatus";
import { type Column, dataTable } from "../tables";

/** When each source was last checked and changed, its files, and the quality of the data. */
export function freshnessView(published: Published, now: Date): Child[] {
  const { settings, report } = published;
  const gap = settings?.longestGapMinutes ?? null;
  return [
    element(
      "p",
      {},
      gap === null
        ? "The sources are checked on a schedule. When one of them has changed, a new report is generated."
        : `The sources are checked at least every ${formatDuration(gap)}. When one of them has changed, a new report is generated.`,
    ),
    element("div", { class: "cards" }, ...freshnessCards(published, now)),
    ...partsOf(published).flatMap(([part, status]) =>
      status === undefined || status.files.length === 0 ? [] : [filesTable(part, status.files, report)],
    ),
    report !== undefined && qualityNote(report.settings.dataFile, report.quality),
  ];
}

/** A card for each source and for the analysis. They contain relative times, so they go out of date. */
export function freshnessCards(published: Published, now: Date): HTMLElement[] {
  return partsOf(published).map(([part, status]) => partCard(part, status, published, now));
}

function partsOf({ sources, analysis }: Published): [part: string, status: Status | undefined][] {
  return [...sources, [ANALYSIS_PART, analysis]];
}

function partCard(part: string, status: Status | undefined, published: Published, now: Date): HTMLElement {
  const isSource = part !== ANALYSIS_PART;
  const timeFact = (name: string, iso: string | null | undefined) =>
    iso
      ? fact(name, formatTimeAgo(iso, now), element("small", {}, formatTime(iso)))
      : fact(name, iso === null ? "never" : "unknown");
  return element(
    "div",
    { class: "card" },
    element("h3", {}, partName(part), " ", partBadge(status, isSource, published, now)),
    element(
      "dl",
      { class: "times" },
      timeFact(isSource ? "Last checked" : "Last run", status?.lastCheck),
      timeFact(isSource ? "Last changed" : "Last report", status?.lastChange),
    ),
    status !== undefined && status.error !== null && element("p", { class: "problem" }, status.error),
  );
}

function partBadge(
  status: Status | undefined,
  isSource: boolean,
  published: Published,
  now: Date,
): HTMLElement {
  const badge = (kind: string, text: string) => element("span", { class: `badge ${kind}` }, text);
  if (!isSource && isStatusBehind(published) && isBeingPublished(published, now))
    return badge("unknown", "publishing");
  if (status === undefined) return badge("unknown", "no status");
  if (!status.ok) return badge("bad", "failed");
  if (isSource && isOverdue(status, published.settings, now)) return badge("late", "overdue");
  return badge("good", "OK");
}

function filesTable(part: string, files: readonly SourceFile[], report: Report | undefined): HTMLElement {
  const columns: Column<SourceFile>[] = [
    { name: "File", value: ({ key }) => key, show: ({ key }) => element("a", { href: objectUrl(key) }, key) },
    { name: "Bytes", value: (file) => file.bytes, show: (file) => formatBytes(file.bytes), numeric: true },
    {
      name: "Changed upstream",
      value: (file) => file.upstreamDate,
      show: (file) => formatUpstreamDate(file.upstreamDate),
    },
    {
      name: "Fetched at",
      value: ({ fetchedAt }) => fetchedAt,
      show: ({ fetchedAt }) => (fetchedAt === null ? NO_VALUE : formatTime(fetchedAt)),
    },
    { name: "In the report", value: usedVersions(report) },
    {
      name: "SHA-256",
      value: ({ sha256 }) => sha256,
      show: ({ sha256 }) =>
        element(
          "details",
          { class: "hash" },
          element("summary", {}, element("code", {}, shortHash(sha256)), "…"),
          element("code", {}, sha256),
        ),
    },
  ];
  return dataTable({
    caption: `${partName(part)}: ${pluralize(files.length, "file")}`,
    columns,
    rowKey: ({ key }) => key,
    rows: files,
    csvName: `${part}-files.csv`,
  });
}

/** The quality rules that the data broke, with examples. */
function qualityNote(dataFile: string, { rowsRead, rowsKept, rules }: Quality): HTMLElement {
  const broken = rules.filter(({ count }) => count !== null && count > 0);
  const refused = rowsRead - rowsKept;
  const unchecked = rules.filter(({ count }) => count === null).map(({ rule }) => rule);
  return element(
    "div",
    { class: "quality", "data-key": "quality" },
    element("h3", {}, "Quality"),
    element(
      "p",
      {},
      `${pluralize(rowsRead, "row")} read from ${dataFile}, ${refused === 0 ? "none" : formatNumber(refused)} refused. ` +
        `${rules.length - broken.length - unchecked.length} of ${rules.length} rules hold` +
        `${unchecked.length === 0 ? "" : `; not checked: ${unchecked.join(", ")}`}.`,
    ),
    ...broken.map(({ rule, severity, count, examples }) =>
      element(
        "details",
        { "data-key": rule },
        element("summary", {}, `${rule}: ${formatNumber(count)} (${severity})`),
        element(
          "ul",
          {},
          ...examples.map(({ file, line, reason }) =>
            element("li", {}, `${file}${line === null ? "" : `, line ${line}`}: ${reason}`),
          ),
        ),
      ),
    ),
  );
}
