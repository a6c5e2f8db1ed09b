import * as z from "zod";
import { provenanceOf } from "../../analytics/analyzeFiles";
import { formatLocation } from "../../analytics/findings";
import type { Provenance } from "../../analytics/report";
import { formatInteger } from "../../analytics/words";
import type { Bucket } from "../shared/bucket";
import { REPORT_KEY } from "../shared/keys";

/** The currently published report. */
export interface LatestReport {
  fingerprint: string;
  /** ISO 8601. */
  generatedAt: string;
  /** Where its population comes from; null if the report does not say. */
  provenance: Provenance | null;
  /** What its readers need to know, in full sentences. */
  warnings: string[];
  /** The stored object. */
  text: string;
  etag: string;
}

const ruleSchema = z.object({
  severity: z.string(),
  count: z.number().nullable(),
  examples: z.array(z.object({ file: z.string(), line: z.number().nullable(), reason: z.string() })),
});

const provenancePart = z.string().nullable();

/** The parts of the report object that the pipeline reads back; `docs/report.schema.json` describes all of it. */
const reportSchema = z.object({
  fingerprint: z.hex(),
  generatedAt: z.iso.datetime(),
  /** Reports in earlier formats have no provenance. */
  inputs: z
    .array(
      z.object({
        name: z.string(),
        provenance: z
          .object({ dataset: provenancePart, source: provenancePart, cube: provenancePart })
          .nullable()
          .optional(),
      }),
    )
    .optional(),
  quality: z.object({ rules: z.array(ruleSchema) }).optional(),
});

/**
 * Reads the latest report; undefined if it does not exist.
 *
 * @throws Error if the object is not a report.
 */
export async function readLatestReport(dataBucket: Bucket): Promise<LatestReport | undefined> {
  const stored = await dataBucket.readJson(REPORT_KEY, reportSchema);
  if (stored === undefined) return undefined;
  const { inputs = [], quality, fingerprint, generatedAt } = stored.value;
  return {
    fingerprint,
    generatedAt,
    provenance: provenanceOf(inputs),
    warnings: warningsIn(quality?.rules ?? []),
    text: stored.text,
    etag: stored.etag,
  };
}

/** The broken rules of severity `warning` in a report's quality, each with its first example, in full sentences. */
export function warningsIn(rules: readonly z.infer<typeof ruleSchema>[]): string[] {
  return rules.flatMap(({ severity, count, examples: [first] }) => {
    if (severity !== "warning" || !count || first === undefined) return [];
    return [
      `${formatLocation(first)} ${first.reason}.${count === 1 ? "" : ` (${formatInteger(count)} in all)`}`,
    ];
  });
}
