import { setTimeout as wait } from "node:timers/promises";
import type { Activity } from "./activity";
import type { SkippableClock } from "./clock";
import { CloudError } from "./cloud";
import type { EventSourceMappings } from "./lambda/eventSourceMappings";
import type { Queues } from "./sqs/queues";

const CHECK_MS = 5;

/** The parts of the cloud that settling needs. */
interface SettlingParts {
  activity: Activity;
  mappings: EventSourceMappings;
  queues: Queues;
  clock: SkippableClock;
  isClosed(): boolean;
}

/**
 * Waits until nothing is running; see `Cloud.settled`. When only waits are left, it skips to the end of the shortest one.
 *
 * @throws CloudError after `timeoutMs` of real time, or if the cloud is closed.
 */
export async function settle(
  { activity, mappings, queues, clock, isClosed }: SettlingParts,
  timeoutMs: number,
  options: { retries: boolean },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (isClosed()) throw new CloudError("The cloud was closed before it had settled.");
    const running = activity.list();
    const busy = [...running, ...mappings.backlog(options)];
    if (busy.length === 0) return;
    if (performance.now() >= end)
      throw new CloudError(`Still busy after ${timeoutMs} ms: ${busy.join("; ")}`);
    const idleMs = running.length === 0 ? mappings.idleMs() : undefined;
    if (idleMs !== undefined && idleMs > 0) {
      clock.skip(idleMs);
      queues.skip(idleMs);
    }
    mappings.endWindows();
    await wait(CHECK_MS);
  }
}
