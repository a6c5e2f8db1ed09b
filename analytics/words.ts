/** A whole number with thousands separators; by hand, because `toLocaleString` costs 30 ms when first called. */
export function formatInteger(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 row`, `1,000 rows`. */
export function pluralize(count: number, noun: string): string {
  return `${formatInteger(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b, and c`. */
export function formatList(parts: readonly string[]): string {
  return new Intl.ListFormat("en-US").format(parts);
}
