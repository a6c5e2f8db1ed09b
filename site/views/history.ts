import type { Report } from "../../analytics/report";
import type { ReportHistory } from "../../functions/analysis/publish";
import { type Child, element } from "../dom";
import { abbreviated, addressOf, moment, pluralize } from "../format";
import { readJson } from "../objects";
import { dataTable } from "../tables";

type Entry = ReportHistory["reports"][number];

/** Every report so far, the newest first, each with what it changed on request. */
export function historyView(history: ReportHistory | undefined, current: Report | undefined): Child[] {
  const reports = (history?.reports ?? []).toReversed();
  if (reports.length === 0) return [element("p", {}, "There is no report yet.")];
  return [
    element("p", {}, `${pluralize(reports.length, "report")} so far: each is kept as it was.`),
    dataTable<Entry>({
      caption: "Reports, the newest first",
      csvName: "history.csv",
      columns: [
        {
          name: "Made at",
          value: ({ generatedAt }) => generatedAt,
          show: ({ generatedAt, fingerprint }) =>
            `${moment(generatedAt)}${fingerprint === current?.fingerprint ? " (shown here)" : ""}`,
        },
        {
          name: "Fingerprint",
          value: ({ fingerprint }) => fingerprint,
          show: ({ fingerprint }) => element("code", { title: fingerprint }, abbreviated(fingerprint)),
        },
        {
          name: "Report",
          value: ({ key }) => key,
          show: ({ key, generatedAt }) =>
            element("a", { href: addressOf(key), "aria-label": `JSON of ${moment(generatedAt)}` }, "JSON"),
        },
        { name: "Changes", value: () => null, show: changesOnRequest },
      ],
      rowKey: ({ key }) => key,
      rows: reports,
    }),
  ];
}

/** What earlier reports changed, as far as somebody asked; they stay as they are. */
const known = new Map<string, string>();

/** Reads an earlier report only when somebody asks what it changed. */
function changesOnRequest({ key }: Entry): HTMLElement {
  const text = element("p", { "aria-live": "polite" }, known.get(key));
  const details = element("details", {}, element("summary", {}, "What it changed"), text);
  details.addEventListener("toggle", async () => {
    if (!details.open || known.has(key)) return;
    text.textContent = "Reading …";
    try {
      known.set(key, await changesOf(key));
      text.textContent = known.get(key) ?? "";
    } catch (error) {
      // Opened once more, it is asked for again.
      text.textContent = (error as Error).message;
    }
  });
  return details;
}

async function changesOf(key: string): Promise<string> {
  const report = await readJson<Pick<Report, "changes">>(key);
  if (report === undefined) return "It is no longer there.";
  return report.changes?.summary ?? "It was the first of its data file.";
}
