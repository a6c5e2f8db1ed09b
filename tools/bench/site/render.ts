import { summarize } from "../shared/statistics";
import { formatSummary, renderTable } from "../shared/table";
import type { SiteBenchResult } from "./siteBench";

/** The result as one table: what was measured, and what it should be. */
export function renderSiteBench({
  machine,
  browser,
  files,
  firstViewMs,
  filtering,
}: SiteBenchResult): string {
  const total = files.reduce((sum, { compressed }) => sum + compressed, 0);
  const parts = files.map(({ name, compressed }) => `${name} ${kilobytes(compressed)}`);
  return renderTable({
    title: `${machine}, ${browser}\n\nThe page: median (min–max)`,
    head: ["What", "Measured", "To reach"],
    rows: [
      ["page, script and style, compressed, kB", kilobytes(total), "< 150"],
      ["first view, nothing cached, ms", formatSummary(summarize(firstViewMs), 1, 0), "< 1000"],
      ...filtering.map(({ series, rowsShown, frameMs }) => [
        `a key press in the search, ${series} series, ${rowsShown} rows shown, ms`,
        formatSummary(summarize(frameMs), 1, 1),
        series > 1000 ? "< 100" : "< 16",
      ]),
    ],
    notes: [
      `Of the weight: ${parts.join(", ")}.`,
      "first view: from the navigation to the frame with the numbers and the first chart.",
      "a key press: from the event, at the beginning of a frame, until that frame's style, layout and paint are done.",
    ],
  });
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
