import { randomUUID } from "node:crypto";
import { allEnded } from "./closeAll";
import type { EventSourceMapping } from "./cloud";
import { checkMapping, type MappingParts, Poller } from "./eventSourceMapping";

/** Lambda's event source mappings: at most one for a queue and a function. */
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

  /** What is still in the polled queues, in words; without retries only what was not tried and failed. */
  backlog({ retries }: { retries: boolean }): string[] {
    const pollers = [...this.#pollers.values()];
    const queues = new Set(pollers.map(({ mapping }) => mapping.queueArn));
    return [...queues].flatMap((arn) => {
      if (!this.#parts.queues.exists(arn)) return [];
      const { ready, delayed, inFlight } = this.#parts.queues.depth(arn);
      const waitedFor = inFlight.filter((handle) => retries || !pollers.some((one) => one.hasFailed(handle)));
      if (ready + delayed + waitedFor.length === 0) return [];
      return [`queue ${arn} (${ready} visible, ${delayed} delayed, ${waitedFor.length} in flight)`];
    });
  }

  async close(): Promise<void> {
    const ending = [...this.#pollers.keys()].map((uuid) => this.delete(uuid));
    await allEnded(ending, "Something went wrong in event source mappings");
  }
}
