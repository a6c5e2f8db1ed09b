import { type Analysis, analyzeFiles, type InputFile } from "../../../analytics/analyzeFiles";
import { AnalysisError } from "../../../analytics/errors";
import type { Report } from "../../../analytics/report";
import { RULE_IDS, type Rule } from "../../../analytics/rules";
import type { NaiveReport } from "../../oracles/naive";
import { dataFile, input, nation, SETTINGS } from "../../support/analysisInputs";

/** The rows of a small good data file; a fifth word is the footnote. */
export const GOOD_ROWS = [
  "PRS30006032 2017 Q01 1.5",
  "PRS30006032 2017 Q02 -0.25 R",
  "PRS30006032 2018 Q01 0.5",
  "PRS30006032 2018 Q05 7",
  "PRS30006091 2001 Q05 103.125",
];

/** The files of a flawless report, by name. */
export const GOOD: Readonly<Record<string, string>> = {
  "pr.data.0.Current": dataFile(GOOD_ROWS),
  "pr.series":
    "series_id        \tsector_code\tseasonal\r\nPRS30006032      \t3000\tS\r\nPRS30006091      \t3000\tS\r\n",
  "pr.sector": "sector_code\tsector_name\r\n3000\tManufacturing\r\n",
  "pr.period": "period\tperiod_abbr\r\nQ01\tQTR1\r\nQ02\tQTR2\r\nQ03\tQTR3\r\nQ04\tQTR4\r\nQ05\tAN AV\r\n",
  "pr.footnote": "footnote_code\tfootnote_text\r\nR\trevised\r\n",
  "nation.json": nation([2016, 323_127_515], [2017, 325_719_178], [2018, 327_167_439]),
};

/** Analyses the good files, with one of them replaced. */
export async function analyzeWith(
  name: string,
  content: string | Uint8Array,
  chunkBytes?: number,
): Promise<Analysis> {
  const files: InputFile[] = Object.entries({ ...GOOD, [name]: content }).map(([file, bytes]) =>
    input(file, bytes, chunkBytes),
  );
  return analyzeFiles(files, SETTINGS, { generatedAt: new Date(0) });
}

/** The result of {@link analyzeWith}, or its AnalysisError; any other error is a crash and passes through. */
export async function outcomeOf(
  name: string,
  content: string | Uint8Array,
  chunkBytes?: number,
): Promise<{ analysis: Analysis; error?: never } | { error: AnalysisError; analysis?: never }> {
  try {
    return { analysis: await analyzeWith(name, content, chunkBytes) };
  } catch (error) {
    if (error instanceof AnalysisError) return { error };
    throw error;
  }
}

/** A report's numbers in the form of the naive report. */
export function numbersOf({ quality, bestYears, seriesPopulation }: Report): NaiveReport {
  const thousandths = (value: number) => BigInt(value.toFixed(3).replace(".", ""));
  return {
    rowsRead: quality.rowsRead,
    rowsKept: quality.rowsKept,
    bestYears: bestYears.map(({ seriesId, basis, year, value, quarters, tiedYears }) => ({
      seriesId,
      basis,
      year,
      thousandths: thousandths(value),
      quarters,
      tiedYears,
    })),
    observations: seriesPopulation.rows.map(({ year, value }) => ({ year, thousandths: thousandths(value) })),
  };
}

/** The rules that were broken, and how often. */
export function brokenRules({ quality }: Report): Partial<Record<Rule, number>> {
  const counts = quality.rules.map(({ rule, count }) => [rule, count] as const);
  return Object.fromEntries(counts.filter(([rule, count]) => RULE_IDS.includes(rule) && count));
}
