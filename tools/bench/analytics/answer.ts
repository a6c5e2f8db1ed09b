import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * A subject's answer. For best years, it has a line `series,year,thousandths` for each quarterly series, in any order
 * and without a header: the earliest year with the highest sum of Q01–Q04, and that sum in thousandths. The lines of
 * other questions also begin with their series.
 */
export interface Answer {
  series: number;
  /** SHA-256 of the sorted lines `series,year,value`, the value with three decimals, as in the project's tests. */
  sha256: string;
  /** The lines, unchanged. */
  lines: Set<string>;
}

/** @throws Error if a line of the file does not have that form. */
export function readAnswerFile(file: string): Answer {
  return readAnswer(readFileSync(file, "utf8"));
}

/** @throws Error if a line does not have that form. */
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

/** Counts the series that differ from the expected answer, are missing or are unexpected. */
export function countDifferences(answer: Answer, expected: Answer): number {
  const differing = [
    ...[...answer.lines].filter((line) => !expected.lines.has(line)),
    ...[...expected.lines].filter((line) => !answer.lines.has(line)),
  ];
  return new Set(differing.map((line) => line.slice(0, line.indexOf(",")))).size;
}
