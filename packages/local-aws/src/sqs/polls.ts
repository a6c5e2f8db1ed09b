/** Long polls that wait for messages. */
export class Polls {
  /** By queue: functions that end a wait, so that the poll looks again (true) or gives up (false). */
  readonly #waiting = new Map<string, Set<(again: boolean) => void>>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves with true after `ms`, or earlier with the value passed to {@link end}. */
  async wait(queue: string, ms: number): Promise<boolean> {
    const waiting = this.#waiting.get(queue) ?? new Set();
    this.#waiting.set(queue, waiting);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, ms, true);
    waiting.add(resolve);
    const again = await promise;
    clearTimeout(timer);
    waiting.delete(resolve);
    return again;
  }

  end(queue: string, again: boolean): void {
    for (const resolve of this.#waiting.get(queue) ?? []) resolve(again);
  }

  endAll(again: boolean): void {
    for (const queue of this.#waiting.keys()) this.end(queue, again);
  }

  /** Ends all waits and sets {@link closed}. */
  close(): void {
    this.#closed = true;
    this.endAll(false);
  }
}
