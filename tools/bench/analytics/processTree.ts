import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { measureProcess, type ProcessCost, peakOf } from "../shared/measuredProcess";

/** How often descendants are looked for: only PySpark has any, a Java machine that lives for seconds. */
const DESCENDANTS_CHECK_MS = 50;

/** Like {@link measureProcess}, with the processes that it starts: `peakRssBytes` adds up the peaks of all. */
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

/** Linux lists children by the thread that started them; elsewhere, and of a process that has ended, there are none. */
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

/** Processes end while they are looked at; then there is nothing to see. */
function orElse<T>(fallback: T, look: () => T): T {
  try {
    return look();
  } catch {
    return fallback;
  }
}
