import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeMachine } from "../shared/machine";
import { type AggregationResult, measureAggregation } from "./aggregation";
import { pythonSubjects } from "./python";
import { measureStart, type StartResult } from "./start";
import { nodeSubjects } from "./subjects";

export interface AnalyticsBenchOptions {
  /** Of each measurement. */
  runs: number;
  /** How many times the sample the data files are, each at most {@link MAX_SCALE}. */
  scale: readonly number[];
  /** The Python that has the other engines. */
  python: string;
  /** Told what is being done, for the impatient. */
  progress: (step: string) => void;
}

/** 1.6 GB; copies are numbered with three digits. */
export const MAX_SCALE = 1000;

/** Every sample that was taken. */
export interface AnalyticsBenchResult {
  machine: string;
  /** Engines that could not be measured, each with how to install it. */
  missing: string[];
  aggregations: AggregationResult[];
  start: StartResult;
}

/** Measures the analysis: its aggregation beside other engines over the size of a file, and its start. */
export async function benchAnalytics(options: AnalyticsBenchOptions): Promise<AnalyticsBenchResult> {
  const { runs, scale, python, progress } = options;
  const directory = await mkdtemp(path.join(tmpdir(), "bench-"));
  try {
    progress("loading and a small file");
    const start = await measureStart(runs, directory);
    const { subjects, missing } = await pythonSubjects(python);
    const aggregations: AggregationResult[] = [];
    for (const times of scale) {
      aggregations.push(
        await measureAggregation([...nodeSubjects(directory), ...subjects], times, runs, directory, (round) =>
          progress(round === 0 ? `${times}×: warming up` : `${times}×: round ${round} of ${runs}`),
        ),
      );
    }
    return { machine: describeMachine(), missing, aggregations, start };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
