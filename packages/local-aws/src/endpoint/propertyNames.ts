/** A lifecycle rule with the names of S3's API instead of Pulumi's: `NoncurrentDays` for `noncurrentDays`, `ID` for `id`. */
export function toApiNames(rule: unknown): unknown {
  return rename(rule, (name) => (name === "id" ? "ID" : name.charAt(0).toUpperCase() + name.slice(1)));
}

/** The reverse of {@link toApiNames}. */
export function toPulumiNames(rule: unknown): unknown {
  return rename(rule, (name) => (name === "ID" ? "id" : name.charAt(0).toLowerCase() + name.slice(1)));
}

/** Renames every property, at any depth, and omits undefined ones. */
function rename(value: unknown, nameOf: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, nameOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [nameOf(name), rename(item, nameOf)]),
  );
}
