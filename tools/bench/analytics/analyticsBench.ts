import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeMachine } from "../shared/machine";
import { type AggregationResult, measureAggregation } from "./aggregation";
import { pythonSubjects } from "./python";
import { readReportAnswer } from "./reportAnswer";
import { intoDirectory, REPORT_PEERS, reportSubjects } from "./reportSubjects";
import { measureStart, type StartResult } from "./start";
import type { Subject } from "./subject";
import { nodeSubjects } from "./subjects";

/** The parts of this benchmark, in running order. */
export const ANALYTICS_PARTS = ["start", "best-years", "report"] as const;
export type AnalyticsPart = (typeof ANALYTICS_PARTS)[number];

export interface AnalyticsBenchOptions {
  /** Runs of each measurement. */
  runs: number;
  parts: readonly AnalyticsPart[];
  /** Sizes of the data files, in multiples of the sample; each at most {@link MAX_SCALE}. */
  scale: readonly number[];
  /** The Python in which the other engines are installed. */
  python: string;
  /** Reports the current step. */
  progress: (step: string) => void;
}

/** A file of 1.6 GB; copies are numbered with three digits. */
export const MAX_SCALE = 1000;

/** All samples; parts that were not requested are missing. */
export interface AnalyticsBenchResult {
  machine: string;
  /** Engines that could not be measured, each with how to install it. */
  missing: string[];
  start?: StartResult;
  /** The best year of each series, compared with other engines. */
  aggregations?: AggregationResult[];
  /** The whole report, compared with DuckDB. */
  reports?: AggregationResult[];
}

/** Measures the analysis: its start, and the aggregation and the whole command at every scale. */
export async function benchAnalytics(options: AnalyticsBenchOptions): Promise<AnalyticsBenchResult> {
  const { runs, parts, python, progress } = options;
  const directory = await mkdtemp(path.join(tmpdir(), "bench-"));
  const result: AnalyticsBenchResult = { machine: describeMachine(), missing: [] };
  try {
    if (parts.includes("start")) {
      progress("loading and a small file");
      result.start = await measureStart(runs, directory);
    }
    if (parts.includes("best-years")) {
      const { subjects, missing } = await pythonSubjects(python);
      result.missing.push(...missing);
      const all = [...nodeSubjects(directory), ...subjects];
      result.aggregations = await atEveryScale("best years", all, directory, options);
    }
    if (parts.includes("report")) {
      const { subjects, missing } = await pythonSubjects(python, REPORT_PEERS, readReportAnswer);
      result.missing.push(...missing.filter((sentence) => !result.missing.includes(sentence)));
      const inDirectories = subjects.map((subject) => ({ ...subject, start: intoDirectory(subject.start) }));
      const all = [...reportSubjects(), ...inDirectories];
      result.reports = await atEveryScale("whole report", all, directory, options);
    }
    return result;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function atEveryScale(
  what: string,
  subjects: readonly Subject[],
  directory: string,
  { scale, runs, progress }: AnalyticsBenchOptions,
): Promise<AggregationResult[]> {
  const results: AggregationResult[] = [];
  for (const times of scale) {
    const onRound = (round: number) =>
      progress(`${what}, ${times}×: ${round === 0 ? "warming up" : `round ${round} of ${runs}`}`);
    results.push(await measureAggregation(subjects, times, runs, directory, onRound));
  }
  return results;
}
