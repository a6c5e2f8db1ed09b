/** Tracks running work by name, so that a caller can wait until it ends and say what it is waiting for. */
export class Activity {
  readonly #running = new Map<symbol, string>();

  /** @returns a function to call when the work has ended; a second call has no effect. */
  begin(what: string): () => void {
    const token = Symbol(what);
    this.#running.set(token, what);
    return () => this.#running.delete(token);
  }

  list(): string[] {
    return [...this.#running.values()];
  }
}
