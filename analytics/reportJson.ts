import type { Blocks } from "./blocks";
import type { Report } from "./report";

/** Best years per block. */
const ROWS_PER_BLOCK = 256;

/** Where the best years go. It cannot occur within a string, because its quotes would be escaped there. */
const PLACEHOLDER = '\n  "bestYears": []';
const BEGIN = '{\n  "bestYears": [\n';
const END = "\n  ]\n}";

/**
 * The report object as JSON: the bytes of `JSON.stringify(report, null, 2)` and a line end. The best years, one per
 * series, are converted block by block.
 */
export function* reportJson(report: Report): Blocks {
  const { bestYears } = report;
  const envelope = `${JSON.stringify({ ...report, bestYears: [] }, null, 2)}\n`;
  if (bestYears.length === 0) {
    yield Buffer.from(envelope);
    return;
  }
  const insertAt = envelope.indexOf(PLACEHOLDER) + PLACEHOLDER.length - 1;
  yield Buffer.from(`${envelope.slice(0, insertAt)}\n`);
  for (let start = 0; start < bestYears.length; start += ROWS_PER_BLOCK) {
    const rows = JSON.stringify({ bestYears: bestYears.slice(start, start + ROWS_PER_BLOCK) }, null, 2);
    yield Buffer.from(`${start === 0 ? "" : ",\n"}${rows.slice(BEGIN.length, -END.length)}`);
  }
  yield Buffer.from(`\n  ${envelope.slice(insertAt)}`);
}
