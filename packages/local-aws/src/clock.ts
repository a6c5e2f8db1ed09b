/**
 * The time that ends batching windows. It passes as on this machine, but a wait can be skipped. Timestamps do not come from
 * it, because clients and functions have this machine's clock.
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
