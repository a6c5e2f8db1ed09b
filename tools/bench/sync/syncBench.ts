import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { messageOf } from "../../../functions/shared/errors";
import { describeMachine } from "../shared/machine";
import { dataQuest } from "./dataQuest";
import { SURVEY_FILES } from "./files";
import { type MemoryResult, measureMemory } from "./memory";
import { measurePlanning, type PlanningResult } from "./planning";
import { MissingSubject, type Subject } from "./subject";
import { awsCli, rclone } from "./tools";
import { measureTransfers, type TransferResult } from "./transfer";

/** The parts of this benchmark, in running order. */
export const SYNC_PARTS = ["planning", "transfers", "memory"] as const;
export type SyncPart = (typeof SYNC_PARTS)[number];

interface SyncBenchOptions {
  /** Number of runs of each measurement. */
  runs: number;
  parts: readonly SyncPart[];
  /** Commands of the other tools, e.g. `rclone` and `aws`. */
  rclone: string;
  aws: string;
  /** Called with a description of each step. */
  progress: (step: string) => void;
}

/** All samples; parts that were not requested are missing. */
export interface SyncBenchResult {
  machine: string;
  /** Tools that could not be measured, each with how to install it. */
  missing: string[];
  planning?: PlanningResult[];
  transfers?: TransferResult[];
  memory?: MemoryResult[];
}

/** A run at 2 GB takes long, and more runs would add little. */
const MAX_MEMORY_RUNS = 3;

/** Measures the sync against other tools, by file size, and by number of files. */
export async function benchSync(options: SyncBenchOptions): Promise<SyncBenchResult> {
  const { runs, parts, progress } = options;
  const directory = await mkdtemp(path.join(tmpdir(), "bench-"));
  const result: SyncBenchResult = { machine: describeMachine(), missing: [] };
  try {
    if (parts.includes("planning")) {
      progress("listing and planning");
      result.planning = measurePlanning(runs);
    }
    const own = dataQuest(directory);
    if (parts.includes("transfers")) {
      const { subjects, missing } = await findOthers(options, directory);
      result.missing = missing;
      result.transfers = await measureTransfers([own, ...subjects], runs, (round) =>
        progress(round === 0 ? "13 files: warming up" : `13 files: round ${round} of ${runs}`),
      );
    }
    if (parts.includes("memory")) {
      result.memory = await measureMemory(own, Math.min(runs, MAX_MEMORY_RUNS), (size) =>
        progress(`one file of ${size / 1e6} MB`),
      );
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return result;
}

async function findOthers(
  { rclone: rcloneCommand, aws }: SyncBenchOptions,
  directory: string,
): Promise<{ subjects: Subject[]; missing: string[] }> {
  const found = await Promise.allSettled([
    rclone(rcloneCommand, directory),
    awsCli(aws, directory, SURVEY_FILES),
  ]);
  const subjects: Subject[] = [];
  const missing: string[] = [];
  for (const outcome of found) {
    if (outcome.status === "fulfilled") subjects.push(outcome.value);
    else if (outcome.reason instanceof MissingSubject)
      missing.push(`Not measured: ${messageOf(outcome.reason)}`);
    else throw outcome.reason;
  }
  return { subjects, missing };
}
