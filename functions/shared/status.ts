import type { Bucket } from "./bucket";
import { messageOf, toPublicText } from "./errors";
import { type Part, statusKey } from "./keys";
import { logger } from "./logger";

/** A source's file in the data bucket. */
export interface SourceFile {
  key: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  /** Version of the object; null in a bucket without versions. */
  version: string | null;
  /** The file's date upstream; null if upstream does not show one. */
  upstreamDate: string | null;
  /** ISO 8601; null if unknown. */
  fetchedAt: string | null;
}

/**
 * `reports/status/<part>.json`: the state of one part of the pipeline. Only that part writes it, at the end of every
 * run, so readers can tell 'nothing new' from 'broken'.
 */
export interface Status {
  part: Part;
  ok: boolean;
  /** When the part last ran, ISO 8601. */
  lastCheck: string;
  /** When it last changed its files, ISO 8601; null if never, or if it could not find out. */
  lastChange: string | null;
  /** Keys or file names of objects that it needs but did not find. */
  missing: string[];
  /** Its files under `raw/` now, sorted by key; empty for the analysis. */
  files: SourceFile[];
  /** What went wrong in this run; null if nothing. */
  error: string | null;
  /** What this run did; its form depends on the part. */
  details: unknown;
}

/** The status fields that a run can fill in. The others are null or empty. */
export type RunStatus = Partial<Pick<Status, "lastChange" | "missing" | "files" | "error" | "details">>;

/** What a run returns: its result, and what its status should say. */
export interface RunResult<T> {
  result: T;
  /** Has an `error` for a problem that another try would not solve; the run does not throw then. */
  status: RunStatus;
}

/** A run failed with `cause`; `status` is what it knew at that point. */
export class RunError extends Error {
  override name = "RunError";

  constructor(
    override readonly cause: unknown,
    readonly status: RunStatus,
  ) {
    super(messageOf(cause), { cause });
  }
}

/**
 * Runs a step of a run. If the step fails, the failed run gets this status.
 *
 * @throws RunError with the step's error as its cause. If steps are nested, the innermost status counts.
 */
export async function withKnownStatus<T>(status: RunStatus, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof RunError ? error : new RunError(error, status);
  }
}

/**
 * Runs a part of the pipeline and writes its status, whether the run succeeds or not.
 *
 * @throws what the run threw (the cause of a RunError), so that Lambda counts the failure.
 */
export async function withStatus<T>(
  dataBucket: Bucket,
  part: Part,
  now: Date,
  run: () => Promise<RunResult<T>>,
): Promise<T> {
  const write = ({
    lastChange = null,
    missing = [],
    files = [],
    error = null,
    details = null,
  }: RunStatus) => {
    const status: Status = {
      part,
      ok: error === null,
      lastCheck: now.toISOString(),
      lastChange,
      missing,
      files,
      error: error && toPublicText(error),
      details,
    };
    return dataBucket.putJson(statusKey(part), status);
  };
  try {
    const { result, status } = await run();
    await withKnownStatus(status, () => write(status));
    return result;
  } catch (thrown) {
    const { cause, status } = thrown instanceof RunError ? thrown : new RunError(thrown, {});
    const error = messageOf(cause);
    logger.error("the run failed", { part, reason: error });
    await write({ ...status, error }).catch((writeError) => {
      throw new AggregateError(
        [cause, writeError],
        `The run of '${part}' failed, and so did writing its status`,
      );
    });
    throw cause;
  }
}
