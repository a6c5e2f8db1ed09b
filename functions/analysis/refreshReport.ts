import type { S3Client } from "@aws-sdk/client-s3";
import pRetry from "p-retry";
import {
  type Analysis,
  type AnalyzeOptions,
  analyzeFiles,
  type InputFile,
  type QualityLimits,
  type ReportSettings,
} from "../../analytics/analyzeFiles";
import {
  InputError,
  MissingInputError,
  QualityError,
  type Refusal,
  SnapshotError,
} from "../../analytics/errors";
import { messageOf } from "../shared/errors";
import { ANALYSIS_PART } from "../shared/keys";
import { logger } from "../shared/logger";
import { ConflictError } from "../shared/objects";
import { type Learnt, withStatus } from "../shared/status";
import { findInputs } from "./inputs";
import {
  type LatestReport,
  publish,
  quarantine,
  readLatestReport,
  readSnapshot,
  warningsIn,
  writeCompanionObjects,
} from "./publish";

/** What making the report needs to know. */
export interface RefreshOptions {
  s3: S3Client;
  dataBucket: string;
  stateBucket: string;
  settings: ReportSettings;
  limits: QualityLimits;
  now: Date;
}

/**
 * `published`: there is a new report. `same`: the inputs are those of the report that is there. `kept`: the inputs do
 * not allow a report, the last good one stays, and the status object says why.
 */
export interface Refreshed {
  outcome: "published" | "same" | "kept";
  /** Of the report that is there now. */
  fingerprint: string | null;
  /** What readers need to know about the report that is there, in whole sentences. */
  warnings: string[];
  /** What inputs that broke a rule would have made, and the rules that they broke. */
  refused?: Pick<Refusal, "fingerprint" | "quality">;
}

/**
 * Makes the report from what is in `raw/` now, unless there is one of the same inputs and settings already. A run that
 * loses to another starts again from what is there then.
 *
 * @throws ConflictError when others kept writing, and S3's own errors; trying again later may mend both.
 */
export async function refreshReport(options: RefreshOptions): Promise<Refreshed> {
  const { s3, dataBucket, now } = options;
  return withStatus(s3, dataBucket, ANALYSIS_PART, now, (learnt) =>
    pRetry(() => refreshOnce(options, learnt), {
      retries: 3,
      minTimeout: 100,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof ConflictError,
    }),
  );
}

async function refreshOnce(options: RefreshOptions, learnt: Learnt): Promise<Refreshed> {
  const { s3, dataBucket, stateBucket, settings, now } = options;
  Object.assign(learnt, { error: null, missing: [] });
  const latest = await readLatestReport(s3, dataBucket);
  learnt.lastChange = latest?.generatedAt ?? null;

  const { analysis, refusal } = await analyzeInputs(options, latest, learnt);
  const refreshed: Refreshed = {
    outcome: "kept",
    fingerprint: latest?.fingerprint ?? null,
    warnings: latest?.warnings ?? [],
  };
  if (analysis !== undefined && analysis.report.fingerprint === latest?.fingerprint) {
    await writeCompanionObjects(s3, dataBucket, analysis.csv);
    refreshed.outcome = "same";
  } else if (analysis !== undefined) {
    await publish(s3, { data: dataBucket, state: stateBucket }, analysis, latest);
    refreshed.outcome = "published";
    refreshed.fingerprint = analysis.report.fingerprint;
    refreshed.warnings = warningsIn(analysis.report.quality.rules);
    learnt.lastChange = now.toISOString();
  } else if (refusal !== undefined) {
    await quarantine(s3, stateBucket, refusal, now.toISOString());
    const { fingerprint, quality } = refusal;
    const rules = quality.rules.filter(({ count }) => count);
    refreshed.refused = { fingerprint, quality: { ...quality, rules } };
  }
  learnt.details = refreshed;
  logger.info("report refreshed", { ...refreshed, missing: learnt.missing, settings });
  return refreshed;
}

/** The analysis; none where the inputs do not allow one, and then `learnt` says why. */
async function analyzeInputs(
  options: RefreshOptions,
  latest: LatestReport | undefined,
  learnt: Learnt,
): Promise<{ analysis?: Analysis; refusal?: Refusal }> {
  const { s3, dataBucket, stateBucket, settings, limits, now } = options;
  const inputs = await findInputs(s3, dataBucket, settings);
  const snapshot = latest && (await readSnapshot(s3, stateBucket, latest.fingerprint));
  const previous = latest && snapshot && { ...latest, snapshot };
  const analyzeOptions = { generatedAt: now, limits, ...(previous && { previous }) };
  try {
    return { analysis: await analyzeSince(inputs, settings, analyzeOptions) };
  } catch (error) {
    const expected = [InputError, MissingInputError, QualityError].some((kind) => error instanceof kind);
    if (!expected) throw error;
    const left = latest ? "The last good report stays." : "There is no report yet.";
    learnt.error = `${messageOf(error)} ${left}`;
    if (error instanceof MissingInputError) learnt.missing = [...error.missing];
    return error instanceof QualityError ? { refusal: error.refusal } : {};
  }
}

/** The analysis; where the one before left nothing that can be read, one without changes. */
async function analyzeSince(
  inputs: readonly InputFile[],
  settings: ReportSettings,
  { previous, ...options }: AnalyzeOptions,
): Promise<Analysis> {
  try {
    return await analyzeFiles(inputs, settings, { ...options, ...(previous && { previous }) });
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    logger.warn("the report is made without its changes", { error });
    return analyzeFiles(inputs, settings, options);
  }
}
