import { mkdirSync } from "node:fs";
import { type Analysis, analyze, type ReportSettings } from "../analytics/analyze";
import { QualityError } from "../analytics/errors";
import { findFiles } from "./analysisFiles";
import { printReport, writeTables } from "./analysisOutput";

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
 * Makes the report of a data file or a directory, and prints it.
 *
 * @throws Error when the files break a rule that keeps the pipeline from making a report; nothing is printed then.
 */
export async function analyzeFiles(location: string, options: AnalyzeCommandOptions): Promise<void> {
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
  const { report, csv } = await explainingRefusal(() =>
    analyze(files, settings, { generatedAt: new Date(), allowMissing: true, limits }),
  );
  if (options.csv !== undefined) writeTables(options.csv, csv);
  printReport(report, options.json ?? false);
}

/** Adds to a refusal what the reader can do about it. */
async function explainingRefusal(run: () => Promise<Analysis>): Promise<Analysis> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof QualityError)) throw error;
    const { rules, rowsKept } = error.refusal.quality;
    const isShare = rules.some(({ rule, count }) => rule === "refusedShare" && count);
    const hint =
      isShare && rowsKept > 0 ? " To make one of the rows that are left, add --allow-refused 100." : "";
    throw new Error(`There is no report: ${error.message}${hint}`, { cause: error.cause });
  }
}
