import type { EventEmitter } from "node:events";
import type { CloudEvents } from "../cloud";
import type { LogLine } from "./logs";

/** How Lambda ends the lines of an invocation. */
const REPORT = /^REPORT RequestId: (\S+)\tDuration: ([\d.]+) ms/;

/** Where the invocations of a function that a queue feeds are looked for. */
export interface PolledFunction {
  functionName: string;
  logGroup: string;
}

/** Finds the invocations that a queue has caused, which an endpoint shows in the functions' logs alone. */
export class QueueInvocations {
  readonly #readLines: (logGroup: string, sinceMs: number) => Promise<LogLine[]>;
  readonly #events: EventEmitter<CloudEvents>;
  readonly #sinceMs = Date.now();
  /** Request ids of what was told already. */
  readonly #told = new Set<string>();

  constructor(
    readLines: (logGroup: string, sinceMs: number) => Promise<LogLine[]>,
    events: EventEmitter<CloudEvents>,
  ) {
    this.#readLines = readLines;
    this.#events = events;
  }

  /** An invocation that was told of by whoever caused it. */
  note(requestId: string): void {
    this.#told.add(requestId);
  }

  /** Tells of every invocation that has ended since this connection, once. What came of it no log says. */
  async tell(functions: readonly PolledFunction[]): Promise<void> {
    for (const { functionName, logGroup } of functions) {
      for (const { text } of await this.#readLines(logGroup, this.#sinceMs)) {
        const [, requestId, duration] = REPORT.exec(text) ?? [];
        if (requestId === undefined || this.#told.has(requestId)) continue;
        this.#told.add(requestId);
        this.#events.emit("invoked", {
          functionName,
          requestId,
          durationMs: Number(duration),
          trigger: "queue",
        });
      }
    }
  }
}
