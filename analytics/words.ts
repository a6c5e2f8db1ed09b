/** `1,000`: a whole number with thousands separators. The first call of `toLocaleString` would cost 30 ms. */
export function formatInteger(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 row`, `1,000 rows`, `2 analyses`; without `plural`, the noun gets an s. */
export function pluralize(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatInteger(count)} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b, and c`. */
export function formatList(parts: readonly string[]): string {
  return new Intl.ListFormat("en-US").format(parts);
}
