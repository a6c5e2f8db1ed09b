/** What is running, by name, so that a caller can wait for its end and say what it waits for. */
export class Activity {
  readonly #running = new Map<symbol, string>();

  /** @returns a function to call when it has ended; a second call changes nothing. */
  begin(what: string): () => void {
    const token = Symbol(what);
    this.#running.set(token, what);
    return () => this.#running.delete(token);
  }

  list(): string[] {
    return [...this.#running.values()];
  }
}
