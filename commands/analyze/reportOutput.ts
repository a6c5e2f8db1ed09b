import { closeSync, openSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Analysis } from "../../analytics/analyzeFiles";
import { reportJson } from "../../analytics/reportJson";
import type * as ReportTables from "../shared/reportTables";

/** Writes a report's tables to a directory, block by block, so no table is held in memory as a whole. */
export function writeTables(directory: string, csv: Analysis["csv"]): void {
  for (const [name, table] of Object.entries(csv)) {
    const file = openSync(path.join(directory, name), "w");
    try {
      for (const block of table()) writeFileSync(file, block);
    } finally {
      closeSync(file);
    }
  }
}

/**
 * Prints the report object as JSON, or the report as text and tables.
 *
 * @param fileNames the text's name for each file, by its name in the report object.
 */
export function printReport(
  report: Analysis["report"],
  json: boolean,
  fileNames: ReadonlyMap<string, string>,
): void {
  if (json) {
    for (const block of reportJson(report)) process.stdout.write(block);
  } else {
    // Loaded only here, because JSON does not need it.
    const { renderReport } = require("../shared/reportTables") as typeof ReportTables;
    process.stdout.write(`${renderReport(report, { fileNames })}\n`);
  }
}
