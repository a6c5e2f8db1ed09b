/** A value that differs between two reports; `undefined` if a report lacks it. */
export interface ValueChange {
  /** e.g. `bestYears[PRS30006011].value`. */
  at: string;
  before: unknown;
  after: unknown;
}

/** Values that differ from run to run with the same code. */
const VOLATILE = /^(generatedAt|fingerprint|engine\b.*|inputs\[[^\]]*\]\.fetchedAt)$/;
/** Fields that identify a row in its table; the first that a row has counts. */
const ROW_KEYS = ["seriesId", "key", "rule", "year"];

/** The values that differ between two reports, in the order of the newer one. Both may have another schema. */
export function compareReports(before: unknown, after: unknown): ValueChange[] {
  const [old, now] = [flatten(before), flatten(after)];
  const changes: ValueChange[] = [];
  for (const at of new Set([...now.keys(), ...old.keys()])) {
    if (VOLATILE.test(at) || old.get(at) === now.get(at)) continue;
    changes.push({ at, before: old.get(at), after: now.get(at) });
  }
  return changes;
}

/** A Markdown table of at most `limit` old and new values side by side. */
export function changesTable(changes: readonly ValueChange[], limit: number): string {
  if (changes.length === 0) return "No value of the report changes.";
  const rows = changes
    .slice(0, limit)
    .map(({ at, before, after }) => `| \`${at}\` | ${cell(before)} | ${cell(after)} |`);
  const more = changes.length > limit ? [`\n… and ${changes.length - limit} more.`] : [];
  return ["| value | before | after |", "| --- | --- | --- |", ...rows, ...more].join("\n");
}

function cell(value: unknown): string {
  if (value === undefined) return "–";
  return `\`${String(value).replaceAll("|", "\\|").replaceAll("`", "'")}\``;
}

/** Values by path. A list of plain values is one value; a table row's path has its key, not its position. */
function flatten(value: unknown, at = "", into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== "object" || value === null) return into.set(at, value);
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return into.set(at, value.join(", "));
    for (const [index, row] of value.entries()) flatten(row, `${at}[${rowName(row, index)}]`, into);
    return into;
  }
  for (const [key, inner] of Object.entries(value)) flatten(inner, at === "" ? key : `${at}.${key}`, into);
  return into;
}

function rowName(row: Record<string, unknown>, index: number): string {
  const key = ROW_KEYS.find((name) => row[name] !== undefined);
  return key === undefined ? String(index) : String(row[key]);
}
