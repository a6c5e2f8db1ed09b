import { singleFile } from "./files";
import { startStandIns } from "./standIns";
import type { Subject } from "./subject";
import { runOnce, type TransferRun } from "./transfer";

/** First runs with one file of the given size. */
export interface MemoryResult {
  /** Bytes. */
  size: number;
  runs: TransferRun[];
}

/** 2 MB, 200 MB, 2 GB. */
const MEMORY_SIZES: readonly number[] = [2e6, 200e6, 2e9];

/**
 * Syncs one file of the size of BLS's, then files a hundred and a thousand times as large. The memory of the process
 * should not grow with the size. The upstream generates the file as it is read. The S3 stand-in
 * is restarted for each size, so that one size does not affect the next.
 *
 * @param onSize called before each size.
 */
export async function measureMemory(
  subject: Subject,
  runs: number,
  onSize: (size: number) => void,
): Promise<MemoryResult[]> {
  const results: MemoryResult[] = [];
  for (const size of MEMORY_SIZES) {
    onSize(size);
    const standIns = await startStandIns(singleFile(size));
    try {
      const result: MemoryResult = { size, runs: [] };
      for (let run = 0; run < runs; run++) {
        const bucket = `bench-${run}`;
        await standIns.createBucket(bucket);
        result.runs.push(await runOnce(subject, bucket, standIns));
        await standIns.checkMirror(bucket, subject.prefix);
        await standIns.deleteBucket(bucket);
      }
      results.push(result);
    } finally {
      await standIns.stop();
    }
  }
  return results;
}
