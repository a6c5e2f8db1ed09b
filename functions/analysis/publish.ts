import * as z from "zod";
import type { Analysis } from "../../analytics/analyzeFiles";
import { type Blocks, joinBlocks } from "../../analytics/blocks";
import type { Refusal } from "../../analytics/errors";
import { reportJson } from "../../analytics/reportJson";
import { type Bucket, ConflictError, JSON_TYPE } from "../shared/bucket";
import {
  HISTORY_KEY,
  quarantineKey,
  REPORT_KEY,
  reportHistoryKey,
  snapshotKey,
  tableKey,
} from "../shared/keys";
import { type LatestReport, readLatestReport } from "./latestReport";

/** `reports/history/index.json`: every report so far, oldest first. */
export type ReportHistory = z.infer<typeof historySchema>;

const historySchema = z.object({
  reports: z.array(z.object({ key: z.string(), fingerprint: z.hex(), generatedAt: z.iso.datetime() })),
});

/** The two buckets. */
export interface Buckets {
  data: Bucket;
  state: Bucket;
}

/**
 * Publishes a report: first the objects stored under its fingerprint; then `reports/latest.json`, which only one of
 * several concurrent runs can replace; then its tables and its history, see {@link writeCompanionObjects}.
 *
 * @param latest the report that it replaces.
 * @throws ConflictError if another run published in the meantime.
 */
export async function publish(
  { data, state }: Buckets,
  { report, csv, refused, snapshot }: Analysis,
  latest: LatestReport | undefined,
): Promise<void> {
  const { fingerprint, generatedAt } = report;
  await state.put(snapshotKey(fingerprint), snapshot(), "application/octet-stream");
  await quarantine(state, { fingerprint, refused }, generatedAt);
  await data.put(REPORT_KEY, joinBlocks(reportJson(report)), JSON_TYPE, { replaces: latest?.etag ?? null });
  await writeCompanionObjects(data, csv);
}

/**
 * Writes the objects that belong to the latest report and do not exist yet: its tables, its copy in the history, and
 * its entry in the history's index. If a run is cut short after it published a report, the next run writes the rest.
 *
 * Tables are built one at a time, because each is held in memory: S3 needs an object's length first.
 *
 * @param csv the tables of the latest report.
 * @throws ConflictError if another run published in the meantime; the last run then finds its own tables missing.
 */
export async function writeCompanionObjects(dataBucket: Bucket, csv: Analysis["csv"]): Promise<void> {
  const latest = await readLatestReport(dataBucket);
  if (latest === undefined) throw new ConflictError(`${dataBucket.uri(REPORT_KEY)} has been removed.`);
  const { fingerprint, generatedAt, text } = latest;
  for (const [name, table] of Object.entries(csv)) {
    await putForReport(dataBucket, fingerprint, tableKey(name), table, "text/csv; charset=utf-8");
  }
  const key = reportHistoryKey(latest);
  await putForReport(dataBucket, fingerprint, key, () => [Buffer.from(text)], JSON_TYPE);
  await addToHistory(dataBucket, { key, fingerprint, generatedAt });
  const now = await dataBucket.head(REPORT_KEY);
  if (now?.ETag !== latest.etag) {
    throw new ConflictError(
      `Another run published a report while this run wrote the tables of report ${fingerprint}.`,
    );
  }
}

/** Writes an object that belongs to a report, unless the metadata of the stored one already names that report. */
async function putForReport(
  dataBucket: Bucket,
  fingerprint: string,
  key: string,
  content: () => Blocks,
  contentType: string,
): Promise<void> {
  const head = await dataBucket.head(key);
  if (head?.Metadata?.fingerprint === fingerprint) return;
  await dataBucket.put(key, joinBlocks(content()), contentType, {
    metadata: { fingerprint },
    replaces: head?.ETag ?? null,
  });
}

/** Stores the refused rows, if any, each with its file, line and reason, even if the inputs do not give a report. */
export async function quarantine(
  stateBucket: Bucket,
  { fingerprint, refused }: Pick<Refusal, "fingerprint" | "refused">,
  generatedAt: string,
): Promise<void> {
  if (refused.length === 0) return;
  await stateBucket.putJson(quarantineKey(fingerprint), { fingerprint, generatedAt, refused });
}

async function addToHistory(dataBucket: Bucket, entry: ReportHistory["reports"][number]): Promise<void> {
  const stored = await dataBucket.readJson(HISTORY_KEY, historySchema);
  const reports = stored?.value.reports ?? [];
  if (reports.some(({ key }) => key === entry.key)) return;
  await dataBucket.putJson(HISTORY_KEY, { reports: [...reports, entry] }, { replaces: stored?.etag ?? null });
}
