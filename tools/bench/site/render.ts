import { summarize } from "../shared/statistics";
import { formatSummary, renderTable } from "../shared/table";
import type { SiteBenchResult } from "./siteBench";

/** Renders the result as one table: each measurement and its target. */
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
    head: ["What", "Measured", "Target"],
    rows: [
      ["page, script and style, compressed, kB", kilobytes(total), "< 150"],
      ["first view, empty cache, ms", formatSummary(summarize(firstViewMs), 1, 0), "< 1000"],
      ...filtering.map(({ series, rowsShown, frameMs }) => [
        `key press in the search, ${series} series, ${rowsShown} rows shown, ms`,
        formatSummary(summarize(frameMs), 1, 1),
        series > 1000 ? "< 100" : "< 16",
      ]),
    ],
    notes: [
      `Compressed size, kB: ${parts.join(", ")}.`,
      "first view: from the navigation to the frame with the numbers and the first chart.",
      "key press: from the event, at the start of a frame, until that frame's style, layout and paint are done.",
    ],
  });
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
