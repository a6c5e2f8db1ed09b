import type { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { type Analysis, provenanceOf } from "../../analytics/analyzeFiles";
import { type Blocks, joinBlocks } from "../../analytics/blocks";
import type { Refusal } from "../../analytics/errors";
import { formatLocation } from "../../analytics/findings";
import type { Provenance } from "../../analytics/report";
import { reportJson } from "../../analytics/reportJson";
import { formatInteger } from "../../analytics/words";
import {
  ConflictError,
  getObject,
  headObject,
  JSON_TYPE,
  putObject,
  readText,
  toJson,
} from "../shared/objects";

/** Key of the report object. */
export const REPORT_KEY = "reports/latest.json";
const HISTORY_KEY = "reports/history/index.json";

/** `reports/history/index.json`: every report ever made, the oldest first. */
export type ReportHistory = z.infer<typeof historySchema>;

/** The report that is there. */
export interface LatestReport {
  fingerprint: string;
  generatedAt: string;
  /** Where its population is from; null if it does not say. */
  provenance: Provenance | null;
  /** What its readers need to know, in whole sentences. */
  warnings: string[];
  /** The whole object as it is stored. */
  text: string;
  etag: string;
}

const ruleSchema = z.object({
  severity: z.string(),
  count: z.number().nullable(),
  examples: z.array(z.object({ file: z.string(), line: z.number().nullable(), reason: z.string() })),
});
const said = z.string().nullable();
/** The parts of the report object that are read back; its whole form is `docs/report.schema.json`. */
const latestSchema = z.object({
  fingerprint: z.hex(),
  generatedAt: z.iso.datetime(),
  /** Reports in earlier formats have no provenance. */
  inputs: z
    .array(
      z.object({
        name: z.string(),
        provenance: z.object({ dataset: said, source: said, cube: said }).nullable().optional(),
      }),
    )
    .optional(),
  quality: z.object({ rules: z.array(ruleSchema) }).optional(),
});

const historySchema = z.object({
  reports: z.array(z.object({ key: z.string(), fingerprint: z.hex(), generatedAt: z.iso.datetime() })),
});

/** @throws Error when what is there is no report. */
export async function readLatestReport(s3: S3Client, dataBucket: string): Promise<LatestReport | undefined> {
  const object = await readText(s3, dataBucket, REPORT_KEY);
  if (object === undefined) return undefined;
  const { text, etag } = object;
  const { inputs = [], quality, ...latest } = parse(latestSchema, text, dataBucket, REPORT_KEY);
  return {
    ...latest,
    provenance: provenanceOf(inputs),
    warnings: warningsIn(quality?.rules ?? []),
    text,
    etag,
  };
}

/** The warnings among the rules of a report's quality, each with its first example. */
export function warningsIn(rules: readonly z.infer<typeof ruleSchema>[]): string[] {
  return rules.flatMap(({ severity, count, examples: [first] }) => {
    if (severity !== "warning" || !count || first === undefined) return [];
    return [
      `${formatLocation(first)} ${first.reason}.${count === 1 ? "" : ` (${formatInteger(count)} in all)`}`,
    ];
  });
}

/** The values that a report was made of, as they were kept beside it. */
export async function readSnapshot(s3: S3Client, stateBucket: string, fingerprint: string) {
  const object = await getObject(s3, stateBucket, snapshotKey(fingerprint));
  return object?.Body?.transformToByteArray();
}

/** Where reports go. */
export interface Buckets {
  data: string;
  state: string;
}

/**
 * Makes a report the latest: first what only its fingerprint leads to, then `reports/latest.json`, which one run alone
 * can win, then what goes with it, see {@link writeCompanionObjects}.
 *
 * @throws ConflictError when another run published meanwhile.
 */
export async function publish(
  s3: S3Client,
  buckets: Buckets,
  { report, csv, refused, snapshot }: Analysis,
  latest: LatestReport | undefined,
): Promise<void> {
  const { fingerprint, generatedAt } = report;
  await putObject(s3, buckets.state, snapshotKey(fingerprint), {
    body: snapshot(),
    contentType: "application/octet-stream",
  });
  await quarantine(s3, buckets.state, { fingerprint, refused }, generatedAt);
  await putObject(s3, buckets.data, REPORT_KEY, {
    body: joinBlocks(reportJson(report)),
    contentType: JSON_TYPE,
    replaces: latest?.etag ?? null,
  });
  await writeCompanionObjects(s3, buckets.data, csv);
}

/**
 * Writes what goes with the latest report, as far as it is not there: its tables and its place in the history. A run
 * that was cut short between a report and these is mended by the next. One table at a time is made, when it is its turn
 * and only if it is not there: S3 wants to know an object's length first, so each is held as a whole.
 *
 * @param csv the tables of the report that is taken to be the latest.
 * @throws ConflictError when another run published meanwhile; whichever comes last finds its own tables missing.
 */
export async function writeCompanionObjects(
  s3: S3Client,
  dataBucket: string,
  csv: Analysis["csv"],
): Promise<void> {
  const latest = await readLatestReport(s3, dataBucket);
  if (latest === undefined)
    throw new ConflictError(`s3://${dataBucket}/${REPORT_KEY} was removed meanwhile.`);
  const { fingerprint, generatedAt, text } = latest;
  for (const [name, table] of Object.entries(csv)) {
    await putForReport(
      s3,
      dataBucket,
      `reports/latest/${name}`,
      table,
      "text/csv; charset=utf-8",
      fingerprint,
    );
  }
  const key = historyKey(latest);
  await putForReport(s3, dataBucket, key, () => [Buffer.from(text)], JSON_TYPE, fingerprint);
  await addToHistory(s3, dataBucket, { key, fingerprint, generatedAt });
  const now = await headObject(s3, dataBucket, REPORT_KEY);
  if (now?.ETag !== latest.etag) {
    throw new ConflictError(
      `Another run published while this one wrote what goes with report ${fingerprint}.`,
    );
  }
}

/** Writes an object that belongs to a report, unless it is there: its metadata names the report. */
async function putForReport(
  s3: S3Client,
  bucket: string,
  key: string,
  content: () => Blocks,
  contentType: string,
  fingerprint: string,
): Promise<void> {
  const there = await headObject(s3, bucket, key);
  if (there?.Metadata?.fingerprint === fingerprint) return;
  await putObject(s3, bucket, key, {
    body: joinBlocks(content()),
    contentType,
    metadata: { fingerprint },
    replaces: there?.ETag ?? null,
  });
}

/**
 * Keeps the rows that were refused, each with file, line and reason, where there are any; of inputs that made no
 * report as well.
 */
export async function quarantine(
  s3: S3Client,
  stateBucket: string,
  { fingerprint, refused }: Pick<Refusal, "fingerprint" | "refused">,
  generatedAt: string,
): Promise<void> {
  if (refused.length === 0) return;
  await putObject(s3, stateBucket, `quarantine/${fingerprint}.json`, {
    body: toJson({ fingerprint, generatedAt, refused }),
    contentType: JSON_TYPE,
  });
}

async function addToHistory(
  s3: S3Client,
  dataBucket: string,
  entry: ReportHistory["reports"][number],
): Promise<void> {
  const object = await readText(s3, dataBucket, HISTORY_KEY);
  const { reports } = object ? parse(historySchema, object.text, dataBucket, HISTORY_KEY) : { reports: [] };
  if (reports.some(({ key }) => key === entry.key)) return;
  await putObject(s3, dataBucket, HISTORY_KEY, {
    body: toJson({ reports: [...reports, entry] }),
    contentType: JSON_TYPE,
    replaces: object?.etag ?? null,
  });
}

/** With the time: inputs that went and came back make a report of the same fingerprint again, maybe on one day. */
function historyKey({ fingerprint, generatedAt }: Pick<LatestReport, "fingerprint" | "generatedAt">): string {
  const [date = "", time = ""] = new Date(generatedAt).toISOString().split(/[T.]/);
  return `reports/history/${date.replaceAll("-", "/")}/${time.replaceAll(":", "")}-${fingerprint}.json`;
}

function snapshotKey(fingerprint: string): string {
  return `analysis/${fingerprint}.snapshot`;
}

function parse<T>(schema: z.ZodType<T>, text: string, bucket: string, key: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `s3://${bucket}/${key} is not what the pipeline wrote: restore an earlier version, or remove it.`,
      {
        cause,
      },
    );
  }
}
