import { rotate } from "../shared/statistics";
import { SURVEY_FILES } from "./files";
import { type Counts, type StandIns, startStandIns } from "./standIns";
import type { Subject, SyncCost } from "./subject";

/** One run of a subject, with its requests to the stand-ins. */
export interface TransferRun extends SyncCost, Counts {}

/** All runs of one subject, or why it failed. */
export interface TransferResult {
  subject: string;
  remark: string;
  /** Into an empty bucket. */
  first: TransferRun[];
  /** Right after a first run, when nothing is new. */
  noChange: TransferRun[];
  /** The error that ended its runs, if any. */
  error?: unknown;
}

/**
 * Syncs 13 files of 30 MB with each subject: first into an empty bucket, then again with nothing new. Every round runs all
 * subjects, in rotating order, so that other load on the machine affects all of them. Round 0 is not counted: it warms up
 * the stand-ins, which all subjects share.
 *
 * @param onRound called before each round, from 0.
 */
export async function measureTransfers(
  subjects: readonly Subject[],
  rounds: number,
  onRound: (round: number) => void,
): Promise<TransferResult[]> {
  const standIns = await startStandIns(SURVEY_FILES);
  const results = subjects.map((subject) => {
    const result: TransferResult = { subject: subject.name, remark: subject.remark, first: [], noChange: [] };
    return { subject, result };
  });
  try {
    for (let round = 0; round <= rounds; round++) {
      onRound(round);
      for (const { subject, result } of rotate(results, round)) {
        if (result.error !== undefined) continue;
        try {
          const runs = await runTwice(subject, `bench-${round}`, standIns);
          if (round === 0) continue;
          result.first.push(runs.first);
          result.noChange.push(runs.noChange);
        } catch (error) {
          result.error = error;
        }
      }
    }
  } finally {
    await standIns.stop();
  }
  return results.map(({ result }) => result);
}

async function runTwice(subject: Subject, bucket: string, standIns: StandIns) {
  await standIns.createBucket(bucket);
  try {
    const first = await runOnce(subject, bucket, standIns);
    await standIns.checkMirror(bucket, subject.prefix);
    const noChange = await runOnce(subject, bucket, standIns);
    return { first, noChange };
  } finally {
    await standIns.deleteBucket(bucket);
  }
}

/** Runs a subject once and counts its requests. */
export async function runOnce(subject: Subject, bucket: string, standIns: StandIns): Promise<TransferRun> {
  await standIns.takeCounts();
  const cost = await subject.sync(bucket, standIns);
  return { ...cost, ...(await standIns.takeCounts()) };
}
