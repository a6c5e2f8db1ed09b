import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type AnalyzeOptions, analyzeFiles } from "../../../analytics/analyzeFiles";
import type { Report } from "../../../analytics/report";
import type { Rule } from "../../../analytics/rules";
import { input, SETTINGS } from "../../support/analysisInputs";
import { type Ended, runScript } from "../../support/commands";

/** Contents by file name. */
export type Files = Record<string, string | Uint8Array>;

/** Analyses files with the pipeline's limits; the data file is the one with `.data.` in its name. */
export async function reportOf(files: Files, options: Partial<AnalyzeOptions> = {}): Promise<Report> {
  const name = Object.keys(files).find((key) => key.includes(".data.")) ?? SETTINGS.dataFile;
  const settings = { ...SETTINGS, dataFile: name, survey: name.slice(0, 2) };
  const { report } = await analyzeFiles(
    Object.entries(files).map(([key, content]) => input(key, content)),
    settings,
    {
      generatedAt: new Date(0),
      allowMissing: true,
      limits: { maxRefusedPercent: 1, maxRowLossPercent: 10 },
      ...options,
    },
  );
  return report;
}

/** The outcome of a rule in a report. */
export const outcome = ({ quality }: Report, rule: Rule) =>
  quality.rules.find((found) => found.rule === rule);
/** Each series with its best year and that year's value. */
export const bestYears = (report: Report) =>
  report.bestYears.map(({ seriesId, year, value }) => [seriesId, year, value]);

/** A folder to analyse. */
export interface TestFolder {
  readonly path: string;
  write(files: Files): void;
  /** Runs `npm run analyze` on it. */
  run(...args: string[]): Promise<Ended>;
}

/** Gives each test of a suite its own empty folder. */
export function useFolder(): TestFolder {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "variants-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    get path() {
      return folder;
    },
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), content);
      }
    },
    run: (...args) => runScript("analyze", [folder, ...args]),
  };
}
