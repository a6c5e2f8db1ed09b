import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * A subject's answer about best years: a line `series,year,thousandths` for each quarterly series, in any order, without
 * a header; the earliest year in which the sum of Q01–Q04 is highest, and that sum in thousandths. Other questions have
 * lines of their own, of which each begins with its series.
 */
export interface Answer {
  series: number;
  /** SHA-256 over the lines `series,year,value`, sorted, the value with three decimals: as in the project's tests. */
  sha256: string;
  /** The lines, as they came. */
  lines: Set<string>;
}

/** @throws Error when a line of the file is not of that form. */
export function readAnswerFile(file: string): Answer {
  return readAnswer(readFileSync(file, "utf8"));
}

/** @throws Error when a line is not of that form. */
export function readAnswer(text: string): Answer {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const canonical = lines.map((line) => {
    const [series, year, thousandths] = line.split(",");
    if (series === undefined || !/^\d{4}$/.test(year ?? "") || !/^-?\d+$/.test(thousandths ?? "")) {
      throw new Error(`The answer has the line '${line}', which is not 'series,year,thousandths'.`);
    }
    return `${series},${year},${(Number(thousandths) / 1000).toFixed(3)}\n`;
  });
  const sha256 = createHash("sha256").update(canonical.sort().join("")).digest("hex");
  return { series: lines.length, sha256, lines: new Set(lines) };
}

/** How many series an answer has otherwise than the expected one, or not at all, or too many. */
export function countDifferences(answer: Answer, expected: Answer): number {
  const differing = [
    ...[...answer.lines].filter((line) => !expected.lines.has(line)),
    ...[...expected.lines].filter((line) => !answer.lines.has(line)),
  ];
  return new Set(differing.map((line) => line.slice(0, line.indexOf(",")))).size;
}
