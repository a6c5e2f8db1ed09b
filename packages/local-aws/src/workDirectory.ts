import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const directories = new Set<string>();

/**
 * Creates a temporary directory. The process removes it when it ends, even by an uncaught error or a signal, unless
 * `remove` did so before. Only SIGKILL leaves it behind.
 */
export function openWorkDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "local-cloud-"));
  if (directories.size === 0) watchProcess();
  directories.add(path);
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
      directories.delete(path);
      if (directories.size === 0) unwatchProcess();
    },
  };
}

function watchProcess(): void {
  process.on("exit", removeAll);
  for (const signal of SIGNALS) process.prependListener(signal, endBySignal);
}

function unwatchProcess(): void {
  process.off("exit", removeAll);
  for (const signal of SIGNALS) process.off(signal, endBySignal);
}

/** If there is another listener, it decides how the process ends; otherwise the signal takes its default effect. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  unwatchProcess();
  process.kill(process.pid, signal);
}

/** Failures are only printed, because the process is ending. On Windows, files that a function has open remain. */
function removeAll(): void {
  for (const path of directories) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      process.stderr.write(`${path} could not be removed: ${String(error)}\n`);
    }
  }
}
