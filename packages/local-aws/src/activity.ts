/** What is under way, by name, so that one can wait for its end and say what one waits for. */
export class Activity {
  readonly #running = new Map<symbol, string>();

  /** @returns to be called when it has ended; a second call changes nothing. */
  begin(what: string): () => void {
    const token = Symbol(what);
    this.#running.set(token, what);
    return () => this.#running.delete(token);
  }

  list(): string[] {
    return [...this.#running.values()];
  }
}
