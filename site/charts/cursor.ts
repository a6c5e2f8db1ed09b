/** The year that the reader points at. Charts that share a cursor show the same year. */
export class Cursor {
  #year: number | null = null;
  readonly #listeners: ((year: number | null) => void)[] = [];

  get year(): number | null {
    return this.#year;
  }

  set(year: number | null): void {
    if (year === this.#year) return;
    this.#year = year;
    for (const listener of this.#listeners) listener(year);
  }

  onChange(listener: (year: number | null) => void): void {
    this.#listeners.push(listener);
  }
}
