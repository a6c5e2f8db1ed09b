import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import {
  POPULATION_FILE,
  type ServedFiles,
  SURVEYS,
  servedFile,
} from "@data-quest/local-sources/servedFolder";

/** An upstream's directory with BLS's real files; the generated sample where there is none. */
export const UPSTREAM_DIR = process.env.UPSTREAM_DIR ?? path.join(__dirname, "../../../shared/data/upstream");

/** The key of the data file that reports are made of. */
export const DATA_FILE = `${SURVEYS}/pr/pr.data.0.Current`;

const RELEASED = new Date("2026-08-06T12:30:00Z");
const RELEASED_BEFORE = new Date("2026-06-04T12:30:00Z");

/** BLS's real files and the real population where they are, the sample elsewhere. */
export function realUpstream(): ServedFiles {
  const folder = path.join(UPSTREAM_DIR, SURVEYS, "pr");
  if (!existsSync(folder)) return sampleFiles();
  const keys = [...readdirSync(folder).map((name) => `${SURVEYS}/pr/${name}`), POPULATION_FILE];
  return new Map(keys.map((key) => [key, servedFile(readFileSync(path.join(UPSTREAM_DIR, key)), RELEASED)]));
}

/**
 * The data file as the release before might have had it: the latest year's last quarter is not there yet, and every
 * hundredth value of the year before is another one, which the release then revises. Made up, and said to be.
 */
export function releaseBefore(dataFile: string) {
  const [header = "", ...rows] = dataFile.split("\n").filter((line) => line.trim() !== "");
  const periodOf = (row: string) => row.split("\t").slice(1, 3).join(" ");
  const latest =
    rows
      .map(periodOf)
      .sort()
      .findLast((period) => !period.endsWith("Q05")) ?? "";
  const year = String(Number(latest.slice(0, 4)) - 1);
  const earlier = rows
    .filter((row) => periodOf(row) !== latest)
    .map((row, at) => (at % 100 === 0 && periodOf(row).startsWith(year) ? revised(row) : row));
  return servedFile([header, ...earlier, ""].join("\n"), RELEASED_BEFORE);
}

function revised(row: string): string {
  const [id = "", year = "", period = "", value = "", ...rest] = row.split("\t");
  const other = (Number(value) + 0.3).toFixed(1).padStart(value.length);
  return [id, year, period, other, ...rest].join("\t");
}
