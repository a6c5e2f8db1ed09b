import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Enter, pressed again and again. */
export interface EnterKey {
  /** Takes the next line, and waits for it if need be; at the end of the input there is nothing to wait for. */
  pressed(): Promise<void>;
  close(): void;
}

/** Reads lines through one interface for the whole run, so that lines that came early are not lost. */
export function openEnterKey(input: Readable): EnterKey {
  const reader = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async pressed() {
      await lines.next();
    },
    close: () => reader.close(),
  };
}
