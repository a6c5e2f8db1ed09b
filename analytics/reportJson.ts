import type { Blocks } from "./blocks";
import type { Report } from "./report";

/** Best years that are put together before they become bytes. */
const ROWS_PER_BLOCK = 256;

/** Where the best years go; no string of the report can hold it, because there the quotes would be escaped. */
const PLACE = '\n  "bestYears": []';
const BEGIN = '{\n  "bestYears": [\n';
const END = "\n  ]\n}";

/**
 * The report object as JSON, indented by two spaces, with a line end: the bytes of
 * `JSON.stringify(report, null, 2)`, of which the best years, one for each series, are made some at a time.
 */
export function* reportJson(report: Report): Blocks {
  const { bestYears } = report;
  const frame = `${JSON.stringify({ ...report, bestYears: [] }, null, 2)}\n`;
  if (bestYears.length === 0) {
    yield Buffer.from(frame);
    return;
  }
  const place = frame.indexOf(PLACE) + PLACE.length - 1;
  yield Buffer.from(`${frame.slice(0, place)}\n`);
  for (let start = 0; start < bestYears.length; start += ROWS_PER_BLOCK) {
    const rows = JSON.stringify({ bestYears: bestYears.slice(start, start + ROWS_PER_BLOCK) }, null, 2);
    yield Buffer.from(`${start === 0 ? "" : ",\n"}${rows.slice(BEGIN.length, -END.length)}`);
  }
  yield Buffer.from(`\n  ${frame.slice(place)}`);
}
