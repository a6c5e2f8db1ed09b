import type { EventEmitter } from "node:events";
import type { CloudEvents } from "../cloud";
import type { LogLine } from "./logs";

/** The last line that Lambda logs for an invocation. */
const REPORT = /^REPORT RequestId: (\S+)\tDuration: ([\d.]+) ms/;

/** A function with a queue as its event source, and its log group. */
interface PolledFunction {
  functionName: string;
  logGroup: string;
}

/** Finds the invocations by queues, which an endpoint reveals only in the functions' logs. */
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

  /** Excludes an invocation that its caller reports itself. */
  note(requestId: string): void {
    this.#told.add(requestId);
  }

  /** Emits, once each, the invocations that ended since this connection was opened. The log does not contain results. */
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
