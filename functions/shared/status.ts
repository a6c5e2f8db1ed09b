import type { S3Client } from "@aws-sdk/client-s3";
import { messageOf, withoutNames } from "./errors";
import { type Part, statusKey } from "./keys";
import { logger } from "./logger";
import { JSON_TYPE, putObject, toJson } from "./objects";

/** A file that a source keeps in the data bucket. */
export interface SourceFile {
  key: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  /** Of the object; null where the bucket keeps none. */
  version: string | null;
  /** The date that upstream gives it; null where it gives none. */
  upstreamDate: string | null;
  /** ISO 8601; null where that is not known. */
  fetchedAt: string | null;
}

/**
 * `reports/status/<part>.json`: how a part of the pipeline is. Written at every run, by that part alone, so that a
 * reader can tell 'nothing new' from 'broken'.
 */
export interface Status {
  part: Part;
  ok: boolean;
  /** When the part last ran, ISO 8601. */
  lastCheck: string;
  /** When it last changed what it keeps, ISO 8601; null where it never did, or could not find out. */
  lastChange: string | null;
  /** Keys of objects that it needs and did not find. */
  missing: string[];
  /** What it keeps under `raw/` now, sorted by key; empty for the analysis. */
  files: SourceFile[];
  /** What went wrong in this run, in words. */
  error: string | null;
  /** What this run did, in the part's own terms. */
  details: unknown;
}

/** Writes the part's status object. */
export async function putStatus(s3: S3Client, dataBucket: string, status: Status): Promise<void> {
  await putObject(s3, dataBucket, statusKey(status.part), {
    body: toJson(status),
    contentType: JSON_TYPE,
  });
}

/** What a run fills in on the way; it is told in the status even when the run fails later. */
export type Learnt = Pick<Status, "lastChange" | "missing" | "files" | "error" | "details">;

/**
 * Runs a part and writes its status whether it succeeds or not. What it throws is written as the status' error and
 * thrown on, so that Lambda counts the failure. A run that sets `error` itself and returns tells of something that trying again would not mend.
 */
export async function withStatus<T>(
  s3: S3Client,
  dataBucket: string,
  part: Part,
  now: Date,
  run: (learnt: Learnt) => Promise<T>,
): Promise<T> {
  const learnt: Learnt = { lastChange: null, missing: [], files: [], error: null, details: null };
  const status = (): Status => {
    const error = learnt.error && withoutNames(learnt.error);
    return { part, ok: learnt.error === null, lastCheck: now.toISOString(), ...learnt, error };
  };
  try {
    const result = await run(learnt);
    await putStatus(s3, dataBucket, status());
    return result;
  } catch (error) {
    learnt.error = messageOf(error);
    logger.error("the run failed", { part, reason: learnt.error });
    try {
      await putStatus(s3, dataBucket, status());
    } catch (statusError) {
      throw new AggregateError(
        [error, statusError],
        `The run of '${part}' failed, and so did writing its status`,
      );
    }
    throw error;
  }
}
