import { createHash } from "node:crypto";
import type { ReportInput } from "./report";
import type { ReportSettings } from "./settings";

/** Raised when a reader of the report would have to change; part of the fingerprint. */
export const SCHEMA_VERSION = 2;

/**
 * Identifies a report by everything that it depends on: SHA-256, in hexadecimal, over the canonical JSON of the
 * inputs' `[key, sha256]` pairs sorted by key, the settings and the schema version.
 */
export function fingerprint(
  inputs: readonly Pick<ReportInput, "key" | "sha256">[],
  settings: ReportSettings,
): string {
  const pairs = inputs.map(({ key, sha256 }) => [key, sha256]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const canonical = canonicalJson({ inputs: pairs, schemaVersion: SCHEMA_VERSION, settings });
  return createHash("sha256").update(canonical).digest("hex");
}

/** JSON without spaces, the keys of every object in order of code units. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    nested !== null && typeof nested === "object" && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
      : nested,
  );
}
