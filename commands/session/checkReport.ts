import { createHash } from "node:crypto";
import { NoSuchKey } from "@aws-sdk/client-s3";
import * as z from "zod";
import { Report } from "../../analytics/report";
import { formatList, pluralize } from "../../analytics/words";
import { toPublicText } from "../../functions/shared/errors";
import { RAW_PREFIX, REPORT_KEY, STATUS_PREFIX } from "../../functions/shared/keys";
import { type BucketReader, type DayEvents, listKeys, readObject } from "./session";

const partialFailure = z.object({ batchItemFailures: z.array(z.unknown()).nonempty() });

/** The report that a run ends with. */
export interface CheckedReport {
  /** The report object; undefined if the bucket has none. */
  report: Report | undefined;
  /** Why the report does not match the sources, in full sentences; empty if it does. */
  problems: string[];
}

/**
 * Reads the report object and checks that it matches the sources: the last day's fetches succeeded, no status object
 * holds an error, and every input still has the content that the report names.
 *
 * @throws Error if another version of the project wrote the report object.
 */
export async function checkReport(session: BucketReader, lastDay: DayEvents): Promise<CheckedReport> {
  const statusErrors = await readStatusErrors(session);
  const failed = lastDay.invocations.flatMap(({ functionName, error }) =>
    // An error that the function also wrote to its status object is listed only once.
    error === undefined || statusErrors.some((text) => isInStatus(error.message, text))
      ? []
      : [`${functionName} failed: ${error.message}`],
  );
  const problems = [...new Set([...failed, ...statusErrors, ...findRejectedMessages(lastDay)])];
  const report = await readReport(session);
  if (report === undefined) return { report, problems: [...problems, "There is no report."] };
  const changed = await findChangedInputs(session, report);
  if (changed.length > 0)
    problems.push(`The report is older than the last change of ${formatList(changed)}.`);
  return { report, problems };
}

/** Whether a status contains a function's error, possibly with a cause in place of the final period. */
function isInStatus(message: string, status: string): boolean {
  return status.includes(toPublicText(message).replace(/\.$/, ""));
}

/** Messages that a function rejected. They return after the visibility timeout; the command does not wait for that. */
function findRejectedMessages({ invocations }: DayEvents): string[] {
  return invocations.flatMap(({ functionName, trigger, result }) => {
    const { success, data } = partialFailure.safeParse(result);
    return trigger === "queue" && success
      ? [`${functionName} could not read ${pluralize(data.batchItemFailures.length, "message")}.`]
      : [];
  });
}

async function readReport(session: BucketReader): Promise<Report | undefined> {
  try {
    const text = Buffer.from(await readObject(session, REPORT_KEY)).toString();
    const report = Report.safeParse(JSON.parse(text));
    if (report.success) return report.data;
    throw new Error(
      `${REPORT_KEY} has another version's format. The next successful fetch of the population starts an analysis ` +
        "that replaces it. Until then, remove it or use the version that wrote it.",
      { cause: report.error },
    );
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

async function readStatusErrors(session: BucketReader): Promise<string[]> {
  const keys = await listKeys(session, STATUS_PREFIX);
  const texts = await Promise.all(
    keys.map(async (key) => Buffer.from(await readObject(session, key)).toString()),
  );
  return texts
    .map((text) => JSON.parse(text) as { part: string; error: string | null })
    .flatMap(({ part, error }) => (error === null ? [] : [`${part}: ${error}`]));
}

async function findChangedInputs(session: BucketReader, report: Report): Promise<string[]> {
  const present = new Set(await listKeys(session, RAW_PREFIX));
  const changed = await Promise.all(
    report.inputs.map(async ({ key, sha256 }) => {
      if (!present.has(key)) return [key];
      const content = await readObject(session, key);
      return createHash("sha256").update(content).digest("hex") === sha256 ? [] : [key];
    }),
  );
  return changed.flat();
}
