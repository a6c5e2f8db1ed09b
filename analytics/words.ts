/** A whole number with thousands separators; by hand, because `toLocaleString` costs 30 ms when first called. */
export function formatInteger(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 row`, `1,000 rows`, and with a plural given `2 analyses`. */
export function pluralize(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatInteger(count)} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b, and c`. */
export function formatList(parts: readonly string[]): string {
  return new Intl.ListFormat("en-US").format(parts);
}
