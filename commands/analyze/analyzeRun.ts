import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Analysis, analyzeFiles, type ReportSettings } from "../../analytics/analyzeFiles";
import { InputError, QualityError } from "../../analytics/errors";
import { type FileOnDisk, findFiles } from "./inputFiles";
import { printReport, writeTables } from "./outputFiles";

/** Options of `npm run analyze`, as commander reads them. */
export interface AnalyzeCommandOptions {
  json?: boolean;
  csv?: string;
  survey?: string;
  file?: string;
  series: string;
  period: string;
  from: number;
  to: number;
  allowRefused?: number;
}

/** The default of the setting `maxRefusedPercent`; a test compares the two. */
export const MAX_REFUSED_PERCENT = 1;

/**
 * Makes the report from a data file or a directory, and prints it.
 *
 * @throws Error when the files break a rule that would stop the pipeline from making a report; nothing is printed then.
 */
export async function runAnalysis(location: string, options: AnalyzeCommandOptions): Promise<void> {
  const { files, survey, dataFile } = findFiles(location, options);
  const settings: ReportSettings = {
    survey,
    dataFile,
    populationYears: { from: options.from, to: options.to },
    seriesId: options.series,
    period: options.period,
  };
  if (options.csv !== undefined) mkdirSync(options.csv, { recursive: true });
  const limits = { maxRefusedPercent: options.allowRefused ?? MAX_REFUSED_PERCENT, maxRowLossPercent: 100 };
  const { report, csv } = await explaining(files, () =>
    analyzeFiles(files, settings, { generatedAt: new Date(), allowMissing: true, limits }),
  );
  if (options.csv !== undefined) writeTables(options.csv, csv);
  printReport(report, options.json ?? false);
}

/** Words an analysis's error for this command: with what the reader can do, and the names that files have on disk. */
async function explaining(files: readonly FileOnDisk[], run: () => Promise<Analysis>): Promise<Analysis> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof QualityError)
      throw new Error(withNamesOnDisk(refusalOf(error), files), { cause: error.cause });
    if (error instanceof InputError)
      throw new Error(withNamesOnDisk(error.message, files), { cause: error.cause });
    throw error;
  }
}

function refusalOf({ message, refusal }: QualityError): string {
  const { rules, rowsKept } = refusal.quality;
  const broken = rules.filter(({ severity, count }) => severity === "error" && count).map(({ rule }) => rule);
  const isShareAlone = broken.every((rule) => rule === "refusedShare");
  const hint =
    isShareAlone && rowsKept > 0 ? " To make one from the remaining rows, add --allow-refused 100." : "";
  return `There is no report: ${message}${hint}`;
}

function withNamesOnDisk(message: string, files: readonly FileOnDisk[]): string {
  return files.reduce((text, { name, path: file }) => {
    const called = path.basename(file);
    return called === name ? text : text.replaceAll(name, called);
  }, message);
}
