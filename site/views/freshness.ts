import type { Quality, Report } from "../../analytics/report";
import { ANALYSIS_PART } from "../../functions/shared/keys";
import type { SourceFile, Status } from "../../functions/shared/status";
import { type Child, element } from "../dom";
import {
  abbreviated,
  addressOf,
  ago,
  bytes,
  decimal,
  moment,
  NONE,
  pluralize,
  span,
  upstreamDate,
} from "../format";
import { isOverdue, nameOf, useIn } from "../health";
import type { Published } from "../objects";
import { isBeingPublished, isStatusBehind } from "../publication";
import { type Column, dataTable } from "../tables";

/** Each source: when it was checked, when it changed, and its files; and how good the data is. */
export function freshnessView(published: Published, now: Date): Child[] {
  const { settings, report } = published;
  const gap = settings?.longestGapMinutes ?? null;
  return [
    element(
      "p",
      {},
      gap === null
        ? "The sources are checked on a schedule; a report is made when one of them changed."
        : `The sources are checked at least every ${span(gap)}; a report is made when one of them changed.`,
    ),
    element("div", { class: "cards" }, ...freshnessCards(published, now)),
    ...partsOf(published).flatMap(([part, status]) =>
      status === undefined || status.files.length === 0 ? [] : [filesTable(part, status.files, report)],
    ),
    report !== undefined && qualityNote(report.settings.dataFile, report.quality),
  ];
}

/** The times of each source and of the analysis, in words that change as time goes by. */
export function freshnessCards(published: Published, now: Date): HTMLElement[] {
  return partsOf(published).map(([part, status]) =>
    partCard(part, status, part !== ANALYSIS_PART, published, now),
  );
}

function partsOf({ sources, analysis }: Published): [part: string, status: Status | undefined][] {
  return [...sources, [ANALYSIS_PART, analysis]];
}

function partCard(
  part: string,
  status: Status | undefined,
  hasSchedule: boolean,
  published: Published,
  now: Date,
): HTMLElement {
  const { settings } = published;
  const isToFollow = part === ANALYSIS_PART && isStatusBehind(published) && isBeingPublished(published, now);
  const [mark, word] = isToFollow
    ? ["unknown", "publishing"]
    : status === undefined
      ? ["unknown", "no status"]
      : !status.ok
        ? ["bad", "failed"]
        : hasSchedule && isOverdue(status, settings, now)
          ? ["late", "overdue"]
          : ["good", "fine"];
  const fact = (name: string, iso: string | null | undefined) => {
    const time = iso
      ? [ago(iso, now), element("small", {}, moment(iso))]
      : [iso === null ? "never" : "not known"];
    return element("div", {}, element("dt", {}, name), element("dd", {}, ...time));
  };
  return element(
    "div",
    { class: "card" },
    element("h3", {}, nameOf(part), " ", element("span", { class: `badge ${mark}` }, word)),
    element(
      "dl",
      { class: "times" },
      fact(hasSchedule ? "Last checked" : "Last run", status?.lastCheck),
      fact(hasSchedule ? "Last changed" : "Last report", status?.lastChange),
    ),
    status !== undefined && status.error !== null && element("p", { class: "problem" }, status.error),
  );
}

function filesTable(part: string, files: readonly SourceFile[], report: Report | undefined): HTMLElement {
  const columns: Column<SourceFile>[] = [
    { name: "File", value: ({ key }) => key, show: ({ key }) => element("a", { href: addressOf(key) }, key) },
    { name: "Bytes", value: (file) => file.bytes, show: (file) => bytes(file.bytes), numeric: true },
    {
      name: "Changed upstream",
      value: (file) => file.upstreamDate,
      show: (file) => upstreamDate(file.upstreamDate),
    },
    {
      name: "Fetched at",
      value: ({ fetchedAt }) => fetchedAt,
      show: ({ fetchedAt }) => (fetchedAt === null ? NONE : moment(fetchedAt)),
    },
    { name: "In the report", value: useIn(report) },
    {
      name: "SHA-256",
      value: ({ sha256 }) => sha256,
      show: ({ sha256 }) =>
        element(
          "details",
          { class: "hash" },
          element("summary", {}, element("code", {}, abbreviated(sha256)), "…"),
          element("code", {}, sha256),
        ),
    },
  ];
  return dataTable({
    caption: `${nameOf(part)}: ${pluralize(files.length, "file")}`,
    columns,
    rowKey: ({ key }) => key,
    rows: files,
    csvName: `${part}-files.csv`,
  });
}

/** The rules of quality that the data broke, with examples. */
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
      `${pluralize(rowsRead, "row")} of ${dataFile} read, ${refused === 0 ? "none" : decimal(refused)} refused; ` +
        `${rules.length - broken.length - unchecked.length} of ${rules.length} rules hold` +
        `${unchecked.length === 0 ? "" : `, not checked: ${unchecked.join(", ")}`}.`,
    ),
    ...broken.map(({ rule, severity, count, examples }) =>
      element(
        "details",
        { "data-key": rule },
        element("summary", {}, `${rule}: ${decimal(count)} (${severity})`),
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
