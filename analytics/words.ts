/** A whole number with thousands separators; by hand, because `toLocaleString` costs 30 ms when first called. */
export function whole(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 row`, `1,000 rows`. */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b, and c`. */
export function list(parts: readonly string[]): string {
  return new Intl.ListFormat("en-US").format(parts);
}
