import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const directories = new Set<string>();

/**
 * A new directory, which is removed when the cloud is closed, or else when the process ends, also by an uncaught error or a
 * signal. Only SIGKILL leaves it behind.
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

/** Another listener decides how the process ends, and `exit` follows. Without one, the process ends as it would without us. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  unwatchProcess();
  process.kill(process.pid, signal);
}

/** Too late to fail: on Windows, files that a function still holds open stay. */
function removeAll(): void {
  for (const path of directories) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      process.stderr.write(`${path} could not be removed: ${String(error)}\n`);
    }
  }
}
