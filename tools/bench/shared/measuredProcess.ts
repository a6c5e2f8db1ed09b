import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { finished } from "node:stream/promises";

/** The cost of a process from start to end. */
export interface ProcessCost {
  /** Milliseconds from the call that starts it to its exit event. */
  wallMs: number;
  /** Peak resident memory (RSS); null except on Linux, the only system that reports it. */
  peakRssBytes: number | null;
}

/** How often the peak is read. It never falls, so only growth after the last reading is missed. */
const PEAK_CHECK_MS = 5;

/**
 * Starts a process and measures it. All subjects use this function, so that their figures are comparable.
 *
 * @param start starts the process; its output has to be piped or ignored.
 * @throws Error if it cannot be started or fails, with the end of its standard error.
 */
export async function measureProcess(name: string, start: () => ChildProcess): Promise<ProcessCost> {
  const began = performance.now();
  const child = start();
  let errorOutput = "";
  child.stdout?.resume();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errorOutput = (errorOutput + text).slice(-2000);
  });
  let peakRssBytes: number | null = null;
  const timer = setInterval(() => {
    peakRssBytes = peakOf(child.pid) ?? peakRssBytes;
  }, PEAK_CHECK_MS);
  try {
    const { code, signal } = await exited(child);
    const wallMs = performance.now() - began;
    if (child.stderr) await finished(child.stderr);
    if (code !== 0)
      throw new Error(`it ended with ${signal ?? `exit status ${code}`}. ${errorOutput.trim()}`);
    return { wallMs, peakRssBytes };
  } catch (cause) {
    throw new Error(`'${name}' could not be measured`, { cause });
  } finally {
    clearInterval(timer);
  }
}

/** Not `close`: Node does not emit it after `disconnect`. */
function exited(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

/** The peak that Linux records (`VmHWM`); undefined once the process has ended. */
export function peakOf(pid: number | undefined): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
