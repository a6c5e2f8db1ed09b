/**
 * The clock that ends batching windows. It runs like this machine's, but waits can be skipped. It is not used for
 * timestamps, because clients and functions use this machine's clock.
 */
export interface Clock {
  /** Milliseconds since an unspecified start; never goes back. */
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
