import type { S3Client } from "@aws-sdk/client-s3";
import { type Analysis, analyze, type PreviousAnalysis, type ReportSettings } from "../../analytics/analyze";
import { InputError, MissingInputError, SnapshotError } from "../../analytics/errors";
import { messageOf } from "../shared/errors";
import { logger } from "../shared/logger";
import { type Learnt, withStatus } from "../shared/status";
import { findInputs } from "./inputs";
import { type LatestReport, publish, readLatestReport, readSnapshot } from "./publish";

/** What making the report needs to know. */
export interface RefreshOptions {
  s3: S3Client;
  dataBucket: string;
  stateBucket: string;
  settings: ReportSettings;
  now: Date;
}

/**
 * `published`: there is a new report. `same`: the inputs are those of the report that is there. `kept`: the inputs do
 * not allow a report, the last good one stays, and the status object says why.
 */
export type Refreshed = { outcome: "published" | "same" | "kept"; fingerprint: string | null };

/**
 * Makes the report from what is in `raw/` now, unless there is one of the same inputs and settings already.
 *
 * @throws ConflictError and S3's own errors, which trying again may mend.
 */
export async function refreshReport(options: RefreshOptions): Promise<Refreshed> {
  const { s3, dataBucket, stateBucket, settings, now } = options;
  return withStatus(s3, dataBucket, "analysis", now, async (learnt) => {
    const latest = await readLatestReport(s3, dataBucket);
    learnt.lastChange = latest?.generatedAt ?? null;

    const analysis = await analyzeInputs(options, latest, learnt);
    const refreshed: Refreshed = { outcome: "kept", fingerprint: latest?.fingerprint ?? null };
    if (analysis !== undefined && analysis.report.fingerprint === latest?.fingerprint) {
      refreshed.outcome = "same";
    } else if (analysis !== undefined) {
      await publish(s3, { data: dataBucket, state: stateBucket }, analysis, latest);
      refreshed.outcome = "published";
      refreshed.fingerprint = analysis.report.fingerprint;
      learnt.lastChange = now.toISOString();
    }
    learnt.details = refreshed;
    logger.info("report refreshed", { ...refreshed, missing: learnt.missing, settings });
    return refreshed;
  });
}

/** The analysis; undefined where the inputs do not allow one, and then `learnt` says why. */
async function analyzeInputs(
  { s3, dataBucket, stateBucket, settings, now }: RefreshOptions,
  latest: LatestReport | undefined,
  learnt: Learnt,
): Promise<Analysis | undefined> {
  const inputs = await findInputs(s3, dataBucket, settings);
  const snapshot = latest && (await readSnapshot(s3, stateBucket, latest.fingerprint));
  const previous: PreviousAnalysis | undefined = latest && snapshot && { ...latest, snapshot };
  try {
    return await analyze(inputs, settings, { generatedAt: now, ...(previous && { previous }) });
  } catch (error) {
    if (error instanceof SnapshotError) {
      logger.warn("the report is made without its changes", { error });
      return analyze(inputs, settings, { generatedAt: now });
    }
    if (!(error instanceof InputError || error instanceof MissingInputError)) throw error;
    learnt.error = `${messageOf(error)} The last good report stays.`;
    if (error instanceof MissingInputError) learnt.missing = [...error.missing];
    return undefined;
  }
}
