import { randomUUID } from "node:crypto";
import { allEnded } from "../closeAll";
import type { EventSourceMapping } from "../cloud";
import { checkMapping, type MappingParts, Poller } from "./eventSourceMapping";

/** Lambda's event source mappings: at most one per queue and function. */
export class EventSourceMappings {
  readonly #parts: MappingParts;
  readonly #pollers = new Map<string, Poller>();

  constructor(parts: MappingParts) {
    this.#parts = parts;
  }

  async put(mapping: EventSourceMapping): Promise<{ uuid: string }> {
    await checkMapping(mapping, this.#parts);
    for (const [uuid, poller] of this.#pollers) {
      const { queueArn, functionName } = poller.mapping;
      if (queueArn !== mapping.queueArn || functionName !== mapping.functionName) continue;
      poller.mapping = mapping;
      return { uuid };
    }
    const uuid = randomUUID();
    this.#pollers.set(uuid, new Poller(mapping, this.#parts));
    return { uuid };
  }

  async delete(uuid: string): Promise<void> {
    const poller = this.#pollers.get(uuid);
    this.#pollers.delete(uuid);
    await poller?.stop();
  }

  get(uuid: string): EventSourceMapping | undefined {
    return this.#pollers.get(uuid)?.mapping;
  }

  ids(): Iterable<string> {
    return this.#pollers.keys();
  }

  /** Describes what is left in the polled queues; without retries, messages that failed in a function do not count. */
  backlog({ retries }: { retries: boolean }): string[] {
    const pollers = [...this.#pollers.values()];
    const queues = new Set(pollers.map(({ mapping }) => mapping.queueArn));
    return [...queues].flatMap((arn) => {
      if (!this.#parts.queues.exists(arn)) return [];
      const { ready, delayed, inFlight } = this.#parts.queues.depth(arn);
      const waitedFor = inFlight.filter(
        ({ receiptHandle }) => retries || !pollers.some((one) => one.hasFailed(receiptHandle)),
      );
      if (ready + delayed.length + waitedFor.length === 0) return [];
      return [`queue ${arn} (${ready} visible, ${delayed.length} delayed, ${waitedFor.length} in flight)`];
    });
  }

  /**
   * How long the polled queues stay idle if no message is sent: until the first batching window ends or the first message
   * becomes visible. Undefined if there is nothing to wait for, or if something else may happen first: a message is about
   * to be received, or a receiver other than a mapping holds one.
   */
  idleMs(): number | undefined {
    const { queues, clock } = this.#parts;
    const pollers = [...this.#pollers.values()];
    const waits = pollers.flatMap(({ windowEnd }) =>
      windowEnd === undefined ? [] : [windowEnd - clock.now()],
    );
    for (const arn of new Set(pollers.map(({ mapping }) => mapping.queueArn))) {
      if (!queues.exists(arn)) continue;
      const { ready, delayed, inFlight } = queues.depth(arn);
      if (ready > 0) return undefined;
      waits.push(...delayed);
      for (const { receiptHandle, hiddenMs } of inFlight) {
        if (!pollers.some((one) => one.holds(receiptHandle) || one.hasFailed(receiptHandle)))
          return undefined;
        waits.push(hiddenMs);
      }
    }
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  /** Makes pollers notice that their batching window is over. A poll that has not begun yet misses this: call again. */
  endWindows(): void {
    const { queues, clock } = this.#parts;
    for (const { windowEnd, mapping } of this.#pollers.values())
      if (windowEnd !== undefined && windowEnd <= clock.now()) queues.wake(mapping.queueArn);
  }

  async close(): Promise<void> {
    const ending = [...this.#pollers.keys()].map((uuid) => this.delete(uuid));
    await allEnded(ending, "Event source mappings failed");
  }
}
