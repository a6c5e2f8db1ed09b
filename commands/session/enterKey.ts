import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The Enter key, which a person may press several times in a run. */
export interface EnterKey {
  /** Resolves at the next line, or at once if a line arrived early or the input has ended. */
  waitForPress(): Promise<void>;
  close(): void;
}

/** Reads lines through one interface for the whole run, so early lines are not lost. */
export function openEnterKey(input: Readable): EnterKey {
  const reader = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async waitForPress() {
      await lines.next();
    },
    close: () => reader.close(),
  };
}
