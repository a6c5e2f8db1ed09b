import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import {
  POPULATION_FILE,
  type ServedFiles,
  SURVEYS,
  servedFile,
} from "@data-quest/local-sources/servedFolder";
import { UPSTREAM_DIR } from "../directories";

/** The key of the data file that the report is about. */
export const DATA_FILE = `${SURVEYS}/pr/pr.data.0.Current`;

const LATEST_DATE = new Date("2026-08-06T12:30:00Z");
const PREVIOUS_DATE = new Date("2026-06-04T12:30:00Z");

/** BLS's real files and the real population, or the generated sample if the directory does not exist. */
export function latestRelease(): ServedFiles {
  const folder = path.join(UPSTREAM_DIR, SURVEYS, "pr");
  if (!existsSync(folder)) return sampleFiles();
  const keys = [...readdirSync(folder).map((name) => `${SURVEYS}/pr/${name}`), POPULATION_FILE];
  return new Map(
    keys.map((key) => [key, servedFile(readFileSync(path.join(UPSTREAM_DIR, key)), LATEST_DATE)]),
  );
}

/**
 * A made-up previous release of the data file: it lacks the latest quarter, and every hundredth value of the year before
 * differs, so that the latest release adds rows and revises values.
 */
export function previousRelease(dataFile: string) {
  const [header = "", ...rows] = dataFile.split("\n").filter((line) => line.trim() !== "");
  const periodOf = (row: string) => row.split("\t").slice(1, 3).join(" ");
  const latest =
    rows
      .map(periodOf)
      .sort()
      .findLast((period) => !period.endsWith("Q05")) ?? "";
  const revisedYear = String(Number(latest.slice(0, 4)) - 1);
  const earlier = rows
    .filter((row) => periodOf(row) !== latest)
    .map((row, index) =>
      index % 100 === 0 && periodOf(row).startsWith(revisedYear) ? withOtherValue(row) : row,
    );
  return servedFile([header, ...earlier, ""].join("\n"), PREVIOUS_DATE);
}

function withOtherValue(row: string): string {
  const [id = "", year = "", period = "", value = "", ...rest] = row.split("\t");
  const other = (Number(value) + 0.3).toFixed(1).padStart(value.length);
  return [id, year, period, other, ...rest].join("\t");
}
