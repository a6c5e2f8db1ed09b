import type { EventEmitter } from "node:events";
import type { CloudEvents } from "../cloud";
import type { LogLine } from "./logs";

/** How Lambda ends the lines of an invocation. */
const REPORT = /^REPORT RequestId: (\S+)\tDuration: ([\d.]+) ms/;

/** A function that a queue feeds, and its log group. */
interface PolledFunction {
  functionName: string;
  logGroup: string;
}

/** Finds the invocations by queues, which an endpoint shows only in the functions' logs. */
export class QueueInvocations {
  readonly #readLines: (logGroup: string, sinceMs: number) => Promise<LogLine[]>;
  readonly #events: EventEmitter<CloudEvents>;
  readonly #sinceMs = Date.now();
  /** Request ids of invocations already reported. */
  readonly #told = new Set<string>();

  constructor(
    readLines: (logGroup: string, sinceMs: number) => Promise<LogLine[]>,
    events: EventEmitter<CloudEvents>,
  ) {
    this.#readLines = readLines;
    this.#events = events;
  }

  /** An invocation that its caller reports. */
  note(requestId: string): void {
    this.#told.add(requestId);
  }

  /** Emits every invocation that has ended since this connection, once. The log does not have its result. */
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
