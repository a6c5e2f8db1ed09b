import type { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import type { Analysis } from "../../analytics/analyze";
import type { Refusal } from "../../analytics/errors";
import { getObject, JSON_TYPE, putObject, readText, toJson } from "../shared/objects";

/** Key of the report object. */
export const REPORT_KEY = "reports/latest.json";
const HISTORY_KEY = "reports/history/index.json";

/** What publishing has to know of the report that is there. */
export interface LatestReport {
  fingerprint: string;
  generatedAt: string;
  etag: string;
}

/** What of the report object is read back; its whole form is `docs/report.schema.json`. */
const latestSchema = z.object({ fingerprint: z.hex(), generatedAt: z.iso.datetime() });

const historySchema = z.object({
  reports: z.array(z.object({ key: z.string(), fingerprint: z.hex(), generatedAt: z.iso.datetime() })),
});

/** @throws Error when what is there is no report. */
export async function readLatestReport(s3: S3Client, dataBucket: string): Promise<LatestReport | undefined> {
  const object = await readText(s3, dataBucket, REPORT_KEY);
  if (object === undefined) return undefined;
  return { ...parse(latestSchema, object.text, dataBucket, REPORT_KEY), etag: object.etag };
}

/** The values that a report was made of, as they were kept beside it. */
export async function readSnapshot(s3: S3Client, stateBucket: string, fingerprint: string) {
  const object = await getObject(s3, stateBucket, snapshotKey(fingerprint));
  return object?.Body?.transformToByteArray();
}

/**
 * Writes everything that belongs to a report, and `reports/latest.json` last: who sees it finds all the rest. A
 * publishing that was cut short is simply done again.
 *
 * @throws ConflictError when another run published meanwhile.
 */
export async function publish(
  s3: S3Client,
  buckets: { data: string; state: string },
  { report, csv, refused, snapshot }: Analysis,
  latest: LatestReport | undefined,
): Promise<void> {
  const { fingerprint, generatedAt } = report;
  const body = toJson(report);
  const historyKey = `reports/history/${generatedAt.slice(0, 10).replaceAll("-", "/")}/${fingerprint}.json`;
  await Promise.all([
    putObject(s3, buckets.state, snapshotKey(fingerprint), {
      body: snapshot,
      contentType: "application/octet-stream",
    }),
    quarantine(s3, buckets.state, { fingerprint, refused }, generatedAt),
    putObject(s3, buckets.data, historyKey, { body, contentType: JSON_TYPE }),
    addToHistory(s3, buckets.data, { key: historyKey, fingerprint, generatedAt }),
    ...Object.entries(csv).map(([name, text]) =>
      putObject(s3, buckets.data, `reports/latest/${name}`, {
        body: text,
        contentType: "text/csv; charset=utf-8",
      }),
    ),
  ]);
  await putObject(s3, buckets.data, REPORT_KEY, {
    body,
    contentType: JSON_TYPE,
    replaces: latest?.etag ?? null,
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
  entry: z.infer<typeof historySchema>["reports"][number],
): Promise<void> {
  const object = await readText(s3, dataBucket, HISTORY_KEY);
  const { reports } = object ? parse(historySchema, object.text, dataBucket, HISTORY_KEY) : { reports: [] };
  const others = reports.filter(({ key }) => key !== entry.key);
  await putObject(s3, dataBucket, HISTORY_KEY, {
    body: toJson({ reports: [...others, entry] }),
    contentType: JSON_TYPE,
    replaces: object?.etag ?? null,
  });
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
