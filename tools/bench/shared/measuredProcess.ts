import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { finished } from "node:stream/promises";

/** What a process took, from its start to its end. */
export interface ProcessCost {
  /** Milliseconds between the call that starts it and the news that it ended. */
  wallMs: number;
  /** The most memory that it ever had resident (RSS); null where the system does not tell, which only Linux does. */
  peakRssBytes: number | null;
}

/** How often the system is asked for the peak. It never falls, so only what comes in between the last two is missed. */
const PEAK_CHECK_MS = 5;

/**
 * Starts a process and measures it. All subjects are measured by this one function, so that they are comparable.
 *
 * @param start starts it; its output has to be piped or ignored.
 * @throws Error when it cannot be started or fails, with the end of what it wrote to its standard error.
 */
export async function measureProcess(name: string, start: () => ChildProcess): Promise<ProcessCost> {
  const began = performance.now();
  const child = start();
  let complaint = "";
  child.stdout?.resume();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  let peakRssBytes: number | null = null;
  const timer = setInterval(() => {
    peakRssBytes = peakOf(child.pid) ?? peakRssBytes;
  }, PEAK_CHECK_MS);
  try {
    const { code, signal } = await exited(child);
    const wallMs = performance.now() - began;
    if (child.stderr) await finished(child.stderr);
    if (code !== 0) throw new Error(`it ended with ${signal ?? `exit status ${code}`}. ${complaint.trim()}`);
    return { wallMs, peakRssBytes };
  } catch (cause) {
    throw new Error(`'${name}' could not be measured`, { cause });
  } finally {
    clearInterval(timer);
  }
}

/** Not `close`: Node does not emit it for a process that was let go with `disconnect`. */
function exited(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** Linux keeps the peak itself (`VmHWM`); a process that has just ended has none any more. */
export function peakOf(pid: number | undefined): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
