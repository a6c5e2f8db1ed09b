import { expect } from "chai";
import {
  type Analysis,
  type AnalyzeOptions,
  analyzeFiles,
  type InputFile,
} from "../../../analytics/analyzeFiles";
import { QualityError, type Refusal } from "../../../analytics/errors";
import type { Rule } from "../../../analytics/rules";
import { asPrevious, input, inputs, SETTINGS } from "../../support/analysisInputs";

export const NOW = { generatedAt: new Date("2026-08-06T12:30:00Z") };
export const LIMITS = { maxRowLossPercent: 10, maxRefusedPercent: 1 };

/** `count` good rows of one listed series. */
export const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => `PRS30006032 ${1900 + at} Q01 1`);

/** Replaces the files that have the same names as these. */
export const replace = (files: readonly InputFile[], ...others: InputFile[]) => [
  ...files.filter(({ name }) => others.every((other) => other.name !== name)),
  ...others,
];

/** Good inputs with this answer for the population. */
export const withPopulation = (content: string) => replace(inputs(rows(1)), input("nation.json", content));

/** The outcome of a rule in the report on these files. */
export async function outcomeOf(files: readonly InputFile[], rule: Rule, options: AnalyzeOptions = NOW) {
  const { report } = await analyzeFiles(files, SETTINGS, options);
  return report.quality.rules.find((outcome) => outcome.rule === rule);
}

/** The QualityError that analysing these files throws. */
export async function refusalOf(
  files: readonly InputFile[],
  options: AnalyzeOptions = NOW,
): Promise<{ message: string } & Refusal> {
  try {
    await analyzeFiles(files, SETTINGS, options);
  } catch (error) {
    expect(error).to.be.instanceOf(QualityError);
    const { message, refusal } = error as QualityError;
    return { message, ...refusal };
  }
  throw new Error("A report was made.");
}

/** Options, with limits, for the analysis after this one. */
export const comparedWith = (analysis: Analysis): AnalyzeOptions => {
  return { ...NOW, limits: LIMITS, previous: asPrevious(analysis) };
};
