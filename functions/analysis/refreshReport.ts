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
import type { Bucket } from "../shared/bucket";
import { messageOf } from "../shared/errors";
import { ANALYSIS_PART, snapshotKey } from "../shared/keys";
import { logger } from "../shared/logger";
import { retryConflicts } from "../shared/retryConflicts";
import { type RunResult, withKnownStatus, withStatus } from "../shared/status";
import { findInputs } from "./inputs";
import { type LatestReport, readLatestReport, warningsIn } from "./latestReport";
import { publish, quarantine, writeCompanionObjects } from "./publish";

/** What a refresh needs. */
interface RefreshOptions {
  data: Bucket;
  state: Bucket;
  settings: ReportSettings;
  limits: QualityLimits;
  now: Date;
}

/** What a refresh did; the `details` of the analysis's status. */
export interface RefreshSummary {
  /**
   * `published`: there is a new report. `same`: the latest report already has these inputs and settings. `kept`: the
   * inputs cannot give a report, so the last good one stays, and the status object says why.
   */
  outcome: "published" | "same" | "kept";
  /** The latest report's fingerprint; null if there is no report. */
  fingerprint: string | null;
  /** What readers need to know about the latest report, in full sentences. */
  warnings: string[];
  /** If the inputs broke a rule: the fingerprint that their report would have had, and the broken rules. */
  refused?: Pick<Refusal, "fingerprint" | "quality">;
}

/** Why the inputs cannot give a report; another try would not help. */
type InputsProblem = InputError | MissingInputError | QualityError;

/**
 * Creates the report from the current contents of `raw/`, unless the latest report has the same inputs and settings. If
 * another run wrote first, starts again from what is stored then.
 *
 * @throws ConflictError if other runs kept writing first; S3's own errors. In both cases, a later try may succeed.
 */
export async function refreshReport(options: RefreshOptions): Promise<RefreshSummary> {
  return withStatus(options.data, ANALYSIS_PART, options.now, () =>
    retryConflicts(() => refreshOnce(options)),
  );
}

async function refreshOnce(options: RefreshOptions): Promise<RunResult<RefreshSummary>> {
  const { settings } = options;
  const latest = await readLatestReport(options.data);
  const lastChange = latest?.generatedAt ?? null;
  return withKnownStatus({ lastChange }, async () => {
    const analyzed = await analyzeInputs(options, latest);
    const { result, status } =
      analyzed instanceof Error
        ? await keepLatest(options, latest, analyzed)
        : await publishIfNew(options, latest, analyzed);
    logger.info("report refreshed", { ...result, missing: status.missing ?? [], settings });
    return { result, status: { lastChange, ...status, details: result } };
  });
}

async function publishIfNew(
  { data, state, now }: RefreshOptions,
  latest: LatestReport | undefined,
  analysis: Analysis,
): Promise<RunResult<RefreshSummary>> {
  const { fingerprint, quality } = analysis.report;
  if (fingerprint === latest?.fingerprint) {
    await writeCompanionObjects(data, analysis.csv);
    return { result: { outcome: "same", fingerprint, warnings: latest.warnings }, status: {} };
  }
  await publish({ data, state }, analysis, latest);
  return {
    result: { outcome: "published", fingerprint, warnings: warningsIn(quality.rules) },
    status: { lastChange: now.toISOString() },
  };
}

async function keepLatest(
  { state, now }: RefreshOptions,
  latest: LatestReport | undefined,
  problem: InputsProblem,
): Promise<RunResult<RefreshSummary>> {
  const result: RefreshSummary = {
    outcome: "kept",
    fingerprint: latest?.fingerprint ?? null,
    warnings: latest?.warnings ?? [],
  };
  if (problem instanceof QualityError) {
    await quarantine(state, problem.refusal, now.toISOString());
    const { fingerprint, quality } = problem.refusal;
    const brokenRules = quality.rules.filter(({ count }) => count);
    result.refused = { fingerprint, quality: { ...quality, rules: brokenRules } };
  }
  const consequence = latest ? "The last good report stays." : "There is no report yet.";
  return {
    result,
    status: {
      error: `${messageOf(problem)} ${consequence}`,
      missing: problem instanceof MissingInputError ? [...problem.missing] : [],
    },
  };
}

async function analyzeInputs(
  { data, state, settings, limits, now }: RefreshOptions,
  latest: LatestReport | undefined,
): Promise<Analysis | InputsProblem> {
  const inputs = await findInputs(data, settings);
  const snapshot = latest && (await state.readBytes(snapshotKey(latest.fingerprint)));
  const previous = latest && snapshot && { ...latest, snapshot };
  try {
    return await analyzeSince(inputs, settings, { generatedAt: now, limits, ...(previous && { previous }) });
  } catch (error) {
    if (isInputsProblem(error)) return error;
    throw error;
  }
}

function isInputsProblem(error: unknown): error is InputsProblem {
  return [InputError, MissingInputError, QualityError].some((kind) => error instanceof kind);
}

/** Runs the analysis; leaves out the changes if the previous report's snapshot cannot be read. */
async function analyzeSince(
  inputs: readonly InputFile[],
  settings: ReportSettings,
  options: AnalyzeOptions,
): Promise<Analysis> {
  try {
    return await analyzeFiles(inputs, settings, options);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    logger.warn("the report will not list changes", { error });
    const { previous: _unreadable, ...withoutPrevious } = options;
    return analyzeFiles(inputs, settings, withoutPrevious);
  }
}
