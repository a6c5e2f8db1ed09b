import path from "node:path";
import { type Analysis, type AnalyzeOptions, analyzeFiles } from "../../../analytics/analyzeFiles";
import { findInputFiles } from "../../../commands/analyze/inputFiles";
import { SETTINGS } from "../../support/analysisInputs";
import { CASES } from "../../support/cases";

/** A file or folder of a case. */
export function caseFile(...names: string[]): string {
  return path.join(CASES, ...names);
}

/** Analyses a case's folder as `npm run analyze` would, with the pipeline's own limits. */
export function analyzeCase(folder: string, options: Partial<AnalyzeOptions> = {}): Promise<Analysis> {
  const { files } = findInputFiles(caseFile(folder), {});
  return analyzeFiles(files, SETTINGS, {
    generatedAt: new Date(0),
    limits: { maxRefusedPercent: 1, maxRowLossPercent: 10 },
    ...options,
  });
}
