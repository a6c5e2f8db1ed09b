/**
 * The time by which the cloud's own waits end: batching windows, visibility timeouts, delays. It passes as it does on
 * this machine, and a wait that nobody needs can be skipped. Timestamps are not taken from it, because clients and
 * functions have this machine's clock.
 */
export interface Clock {
  /** Milliseconds since an unspecified start; it never goes back. */
  now(): number;
}

/** A clock whose owner can move it forward. */
export class SkippableClock implements Clock {
  #skippedMs = 0;

  now(): number {
    return performance.now() + this.#skippedMs;
  }

  skip(ms: number): void {
    this.#skippedMs += ms;
  }
}
