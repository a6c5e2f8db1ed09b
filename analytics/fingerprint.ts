import { createHash } from "node:crypto";
import type { ReportSettings } from "./settings";

/** Increased with every change that breaks readers of the report; part of the fingerprint. */
export const SCHEMA_VERSION = 3;

/** What the fingerprint takes from one of the report's inputs. */
interface FingerprintInput {
  key: string;
  sha256: string;
  provenance: object | null;
}

/**
 * Identifies a report by everything that it depends on: SHA-256, in hexadecimal, of the canonical JSON of the
 * inputs' `[key, sha256]` sorted by key, the settings and the schema version. An input with a provenance is
 * `[key, sha256, provenance]`: the same figures from another dataset give another report.
 */
export function fingerprint(inputs: readonly FingerprintInput[], settings: ReportSettings): string {
  const contents = inputs
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, sha256, provenance }) => [key, sha256, ...(provenance === null ? [] : [provenance])]);
  const canonical = canonicalJson({ inputs: contents, schemaVersion: SCHEMA_VERSION, settings });
  return createHash("sha256").update(canonical).digest("hex");
}

/** JSON without spaces; the keys of every object are in code unit order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    nested !== null && typeof nested === "object" && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
      : nested,
  );
}
