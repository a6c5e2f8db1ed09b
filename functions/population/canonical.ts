import { createHash } from "node:crypto";

/**
 * SHA-256 (hexadecimal) of JSON data, independent of the order of its rows and their keys. The API changes both from
 * call to call, so comparing bytes would prove nothing.
 */
export function canonicalHash(rows: readonly unknown[]): string {
  const canonical = rows.map((row) => JSON.stringify(sortKeys(row))).sort();
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
