import { createReadStream, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  type Analysis,
  type InputFile,
  type PreviousAnalysis,
  provenanceOf,
  type ReportSettings,
} from "../../analytics/analyzeFiles";
import { joinBlocks } from "../../analytics/blocks";
import { UPSTREAM_DIR } from "../../tools/directories";

export const SETTINGS: ReportSettings = {
  survey: "pr",
  dataFile: "pr.data.0.Current",
  populationYears: { from: 2013, to: 2018 },
  seriesId: "PRS30006032",
  period: "Q01",
};

export const HEADER = "series_id        \tyear\tperiod\t       value\tfootnote_codes";

/** An input with this content, in chunks of `chunkBytes`; requesting the next chunk overwrites the previous one. */
export function input(name: string, content: string | Uint8Array, chunkBytes = 65_536): InputFile {
  const bytes = Buffer.from(content);
  return {
    name,
    key: `raw/bls/pr/${name}`,
    version: null,
    upstreamDate: null,
    fetchedAt: null,
    async *open() {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
        yield chunk;
        chunk.fill("?");
      }
    },
  };
}

/** A data file of rows such as `PRS30006032 2018 Q01 0.5`, padded like BLS's; a fifth word is the footnote. */
export function dataFile(rows: readonly string[], lineEnd = "\r\n", idWidth = 17): string {
  const lines = rows.map((row) => {
    const [series = "", year, period, value = "", footnote = ""] = row.split(" ");
    return [series.padEnd(idWidth), year, period, value.padStart(12), footnote].join("\t");
  });
  return [HEADER, ...lines, ""].join(lineEnd);
}

/** Four inputs for a report on these rows. */
export function inputs(rows: readonly string[]): InputFile[] {
  return [
    input("pr.data.0.Current", dataFile(rows)),
    input("pr.series", SERIES),
    input("pr.sector", "sector_code\tsector_name\r\n3000\tManufacturing\r\n"),
    input("nation.json", nation([2017, 325_719_178], [2018, 327_167_439])),
  ];
}

const SERIES = [
  "series_id        \tsector_code\tclass_code\tmeasure_code\tduration_code\tseasonal",
  "PRS30006032      \t3000\t6\t03\t2\tS",
].join("\r\n");

/** DataUSA's answer with the population, from pairs of year and persons. */
export function nation(...years: readonly (readonly [year: number | string, persons: number])[]): string {
  return JSON.stringify({
    data: years.map(([Year, Population]) => ({
      "Nation ID": "01000US",
      Nation: "United States",
      Year,
      Population,
    })),
  });
}

const BLS = path.join(UPSTREAM_DIR, "pub", "time.series", "pr");

/** The real files, on this machine. */
export const real = {
  dataPath: path.join(BLS, "pr.data.0.Current"),
  populationPath: path.join(UPSTREAM_DIR, "population.json"),
  files(): InputFile[] {
    const paths = new Map(readdirSync(BLS).map((name) => [name, path.join(BLS, name)]));
    paths.set("nation.json", real.populationPath);
    return [...paths].map(([name, file]) => ({ ...input(name, ""), open: () => createReadStream(file) }));
  },
};

/** Skips the suite with a note if the real files are missing. */
export function skipWithoutRealFiles(context: Mocha.Context): void {
  if (existsSync(real.dataPath)) return;
  console.log("      skipped: no BLS files; name their folder in UPSTREAM_DIR");
  context.skip();
}

/** A whole table of an analysis. */
export function tableOf({ csv }: Pick<Analysis, "csv">, name: keyof Analysis["csv"]): string {
  return joinBlocks(csv[name]()).toString();
}

/** The previous analysis for the next one. */
export function asPrevious({ report, snapshot }: Analysis): PreviousAnalysis {
  const { fingerprint, generatedAt, inputs: read } = report;
  return { fingerprint, generatedAt, snapshot: snapshot(), provenance: provenanceOf(read) };
}

/** The rows of `yearly-sums.csv` in the form of DuckDB's answer; finds columns by name. */
export function yearlySums(csv: string) {
  const [header = "", ...lines] = csv
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split("\n");
  const columns = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    const cell = (name: string) => cells[columns.indexOf(name)] ?? "";
    return {
      seriesId: cell("series_id"),
      basis: cell("basis"),
      year: Number(cell("year")),
      value: Number(cell("value")).toFixed(3),
      quarters: Number(cell("quarters")),
    };
  });
}

/** Writes a directory laid out like the sources, with a data file, a series table and the population. Returns the data file. */
export function writeSources(directory: string, rows: readonly string[]): string {
  const survey = path.join(directory, "pub", "time.series", "pr");
  mkdirSync(survey, { recursive: true });
  const file = path.join(survey, "pr.data.0.Current");
  writeFileSync(file, dataFile(rows));
  writeFileSync(path.join(survey, "pr.series"), "series_id\tsector_code\nPRS30006032\t3000\n");
  writeFileSync(path.join(directory, "population.json"), nation([2018, 327_167_439]));
  return file;
}
