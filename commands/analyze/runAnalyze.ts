import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Analysis, analyzeFiles, type ReportSettings } from "../../analytics/analyzeFiles";
import { InputError, QualityError } from "../../analytics/errors";
import { type FileOnDisk, findInputFiles } from "./inputFiles";
import { printReport, writeTables } from "./reportOutput";

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
  /** Percent. */
  allowRefused: number;
}

/**
 * Creates the report from a data file or a directory, and prints it.
 *
 * @throws Error if the files break a rule that would also prevent the pipeline's report; nothing is printed then.
 */
export async function runAnalyze(location: string, options: AnalyzeCommandOptions): Promise<void> {
  const { files, survey, dataFile } = findInputFiles(location, options);
  const settings: ReportSettings = {
    survey,
    dataFile,
    populationYears: { from: options.from, to: options.to },
    seriesId: options.series,
    period: options.period,
  };
  if (options.csv !== undefined) mkdirSync(options.csv, { recursive: true });
  const limits = { maxRefusedPercent: options.allowRefused, maxRowLossPercent: 100 };
  const { report, csv } = await withReadableErrors(files, () =>
    analyzeFiles(files, settings, { generatedAt: new Date(), allowMissing: true, limits }),
  );
  if (options.csv !== undefined) writeTables(options.csv, csv);
  printReport(report, options.json ?? false, namesOnDisk(files));
}

/** Rewords an analysis's error: adds what the reader can do, and uses the files' names on disk. */
async function withReadableErrors(
  files: readonly FileOnDisk[],
  run: () => Promise<Analysis>,
): Promise<Analysis> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof QualityError)
      throw new Error(useNamesOnDisk(describeRefusal(error), files), { cause: error.cause });
    if (error instanceof InputError)
      throw new Error(useNamesOnDisk(error.message, files), { cause: error.cause });
    throw error;
  }
}

function describeRefusal({ message, refusal }: QualityError): string {
  const { rules, rowsKept } = refusal.quality;
  const broken = rules.filter(({ severity, count }) => severity === "error" && count).map(({ rule }) => rule);
  const isShareAlone = broken.every((rule) => rule === "refusedShare");
  const hint =
    isShareAlone && rowsKept > 0 ? " To create one from the remaining rows, add --allow-refused 100." : "";
  return `There is no report: ${message}${hint}`;
}

/** The name of each file on disk, by the name that the pipeline gives it. */
function namesOnDisk(files: readonly FileOnDisk[]): Map<string, string> {
  return new Map(files.map(({ name, path: file }) => [name, path.basename(file)]));
}

function useNamesOnDisk(message: string, files: readonly FileOnDisk[]): string {
  return [...namesOnDisk(files)]
    .filter(([name, nameOnDisk]) => name !== nameOnDisk)
    .reduce((text, [name, nameOnDisk]) => text.replaceAll(name, nameOnDisk), message);
}
