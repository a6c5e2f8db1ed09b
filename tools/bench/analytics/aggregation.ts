import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import type { ProcessCost } from "../shared/measuredProcess";
import { rotate } from "../shared/statistics";
import { type Answer, countDifferences } from "./answer";
import { type BenchDataFile, DATA_FILE, writeDataFile } from "./dataFiles";
import { measureProcessTree } from "./processTree";
import type { Subject } from "./subject";
import { THIS } from "./subjects";

/** One subject on one data file. */
export interface SubjectResult {
  subject: string;
  remark: string;
  runs: ProcessCost[];
  /** Checksum of its answer, see {@link Answer}; null for the floor, or if it failed. */
  sha256: string | null;
  /** Series whose answer differs from {@link THIS}; null without an answer. */
  differences: number | null;
  /** Why it failed. It does not run again after a failure. */
  error?: unknown;
}

/** All subjects on the data file of one scale. */
export interface AggregationResult extends BenchDataFile {
  /** Size in multiples of the sample. */
  scale: number;
  subjects: SubjectResult[];
}

/**
 * Measures all subjects on the data file of one scale. They take turns, in an order that rotates. A first round only
 * brings the file and the programs into the system's memory, and does not count.
 *
 * @param directory where the data file, which can be large, is written and removed again.
 * @param onRound called before each round, from 0.
 */
export async function measureAggregation(
  all: readonly Subject[],
  scale: number,
  runs: number,
  directory: string,
  onRound: (round: number) => void,
): Promise<AggregationResult> {
  const dataFile = path.join(directory, DATA_FILE);
  const file = await writeDataFile(dataFile, scale);
  const subjects = all.filter(({ maxScale = scale }) => scale <= maxScale);
  const results = new Map(subjects.map((subject) => [subject, emptyResult(subject)]));
  const answers = new Map<Subject, Answer>();
  for (let round = 0; round <= runs; round++) {
    onRound(round);
    for (const subject of rotate(subjects, round)) {
      const result = results.get(subject);
      if (result === undefined || result.error !== undefined) continue;
      try {
        const { cost, answer } = await runOnce(subject, dataFile, path.join(directory, "answer"));
        if (round > 0) result.runs.push(cost);
        if (answer !== null) answers.set(subject, answer);
      } catch (error) {
        result.error = error;
      }
    }
  }
  rmSync(dataFile);
  const [, expected] = [...answers].find(([{ name }]) => name === THIS) ?? [];
  for (const [subject, answer] of answers) compare(results.get(subject), answer, expected);
  return { ...file, scale, subjects: [...results.values()] };
}

function emptyResult({ name, remark }: Subject): SubjectResult {
  return { subject: name, remark, runs: [], sha256: null, differences: null };
}

/** Runs a subject; reads its answer after the clock has stopped. */
async function runOnce(
  subject: Subject,
  dataFile: string,
  answerFile: string,
): Promise<{ cost: ProcessCost; answer: Answer | null }> {
  rmSync(answerFile, { recursive: true, force: true });
  const cost = await measureProcessTree(subject.name, () => subject.start(dataFile, answerFile));
  if (subject.readAnswer === null) return { cost, answer: null };
  if (!existsSync(answerFile))
    throw new Error(`'${subject.name}' ended without an error, but wrote no answer.`);
  return { cost, answer: subject.readAnswer(answerFile) };
}

function compare(result: SubjectResult | undefined, answer: Answer, expected: Answer | undefined): void {
  if (result === undefined) return;
  result.sha256 = answer.sha256;
  result.differences = expected === undefined ? null : countDifferences(answer, expected);
}
