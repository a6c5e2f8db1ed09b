import type { Report } from "../../analytics/report";
import { pluralize } from "../../analytics/words";
import type { ReportHistory } from "../../functions/analysis/publish";
import { type Child, element } from "../dom";
import { formatTime, shortHash } from "../format";
import { objectUrl, readJson } from "../publishedObjects";
import { dataTable } from "../tables";

type Entry = ReportHistory["reports"][number];

/** All reports, newest first; each shows on request what it changed. */
export function historyView(history: ReportHistory | undefined, current: Report | undefined): Child[] {
  const reports = (history?.reports ?? []).toReversed();
  if (reports.length === 0) return [element("p", {}, "There is no report yet.")];
  return [
    element("p", {}, `${pluralize(reports.length, "report")} so far. A published report never changes.`),
    dataTable<Entry>({
      caption: "Reports, newest first",
      csvName: "history.csv",
      columns: [
        {
          name: "Generated at",
          value: ({ generatedAt }) => generatedAt,
          show: ({ generatedAt, fingerprint }) =>
            `${formatTime(generatedAt)}${fingerprint === current?.fingerprint ? " (shown here)" : ""}`,
        },
        {
          name: "Fingerprint",
          value: ({ fingerprint }) => fingerprint,
          show: ({ fingerprint }) => element("code", { title: fingerprint }, shortHash(fingerprint)),
        },
        {
          name: "Report",
          value: ({ key }) => key,
          show: ({ key, generatedAt }) =>
            element(
              "a",
              { href: objectUrl(key), "aria-label": `JSON of the report from ${formatTime(generatedAt)}` },
              "JSON",
            ),
        },
        { name: "Changes", value: () => null, show: changesOnRequest },
      ],
      rowKey: ({ key }) => key,
      rows: reports,
    }),
  ];
}

/** What each report changed, by key, once the reader has asked. Cached, because a report never changes. */
const knownChanges = new Map<string, string>();

/** A `details` that reads the report when it is first opened. */
function changesOnRequest({ key }: Entry): HTMLElement {
  const text = element("p", { "aria-live": "polite" }, knownChanges.get(key));
  const details = element("details", {}, element("summary", {}, "What changed"), text);
  details.addEventListener("toggle", async () => {
    if (!details.open || knownChanges.has(key)) return;
    text.textContent = "Loading …";
    try {
      knownChanges.set(key, await changesOf(key));
      text.textContent = knownChanges.get(key) ?? "";
    } catch (error) {
      // Opening it again retries.
      text.textContent = (error as Error).message;
    }
  });
  return details;
}

async function changesOf(key: string): Promise<string> {
  const report = await readJson<Pick<Report, "changes">>(key);
  if (report === undefined) return "This report no longer exists.";
  return report.changes?.summary ?? "This is the first report on its data file.";
}
