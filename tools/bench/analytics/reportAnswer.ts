import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { csvParse, type DSVRowString } from "d3-dsv";
import type { Answer } from "./answer";

/**
 * Reads the tables of a whole report as an {@link Answer}: a line for each series, with its best year, that year's value
 * and quarters, the basis, the tied years, and a checksum of its yearly sums.
 *
 * @param directory holds `best-years.csv` and `yearly-sums.csv` with the columns of docs/report-format.md, in any order;
 *   ignores further columns. Values may have trailing zeros.
 * @throws Error if a table lacks such a column.
 */
export function readReportAnswer(directory: string): Answer {
  const sums = checksumsOfSums(readFileSync(path.join(directory, "yearly-sums.csv"), "utf8"));
  const best = csvParse(withoutMark(readFileSync(path.join(directory, "best-years.csv"), "utf8")));
  const lines = best.map((row) => {
    const cell = (name: string) => cellOf(row, name);
    const value = decimal(cell("value"));
    const seriesId = cell("series_id");
    const rest = [cell("year"), value, cell("quarters"), cell("basis"), cell("tied_years")];
    return [seriesId, ...rest, sums.get(seriesId) ?? "no sums"].join();
  });
  const sha256 = createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
  return { series: lines.length, sha256, lines: new Set(lines) };
}

/** By series, a checksum over its rows in order. No field of this table is quoted. */
function checksumsOfSums(text: string): Map<string, string> {
  const [header = "", ...rows] = withoutMark(text).trimEnd().split(/\r?\n/);
  const names = header.split(",");
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  for (const row of rows) {
    const fields = row.split(",");
    const cells = Object.fromEntries(names.map((name, at) => [name, fields[at]]));
    const cell = (name: string) => cellOf(cells, name);
    const hash = hashes.get(cell("series_id")) ?? createHash("sha256");
    hashes.set(cell("series_id"), hash);
    hash.update([cell("year"), decimal(cell("value")), cell("quarters"), cell("basis")].join());
  }
  return new Map(Array.from(hashes, ([seriesId, hash]) => [seriesId, hash.digest("hex")]));
}

function cellOf(row: DSVRowString | Record<string, string | undefined>, name: string): string {
  const cell = row[name];
  if (cell === undefined) throw new Error(`A table of the answer does not have the column "${name}".`);
  return cell;
}

function decimal(text: string): string {
  return Number(text).toFixed(3);
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
