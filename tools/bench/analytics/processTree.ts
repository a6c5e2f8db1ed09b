import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { measureProcess, type ProcessCost, peakOf } from "../shared/measuredProcess";

/** Interval of looking for child processes: only PySpark has one, a Java virtual machine that runs for seconds. */
const DESCENDANTS_CHECK_MS = 50;

/** Like {@link measureProcess}, but `peakRssBytes` adds up the peaks of the process and its descendants. */
export async function measureProcessTree(name: string, start: () => ChildProcess): Promise<ProcessCost> {
  const peaks = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  try {
    const { wallMs, peakRssBytes } = await measureProcess(name, () => {
      const child = start();
      timer = setInterval(() => {
        for (const pid of descendantsOf(child.pid)) peaks.set(pid, peakOf(pid) ?? peaks.get(pid) ?? 0);
      }, DESCENDANTS_CHECK_MS);
      return child;
    });
    const descendants = [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
    return { wallMs, peakRssBytes: peakRssBytes === null ? null : peakRssBytes + descendants };
  } finally {
    clearInterval(timer);
  }
}

/** Linux lists children by the thread that started them. Elsewhere, or after the process ended, the list is empty. */
function descendantsOf(pid: number | undefined): number[] {
  const children = orElse([], () =>
    readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      orElse([], () =>
        readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
      ),
    ),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** A process may end while it is inspected. */
function orElse<T>(fallback: T, look: () => T): T {
  try {
    return look();
  } catch {
    return fallback;
  }
}
