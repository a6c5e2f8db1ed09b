import { createHash } from "node:crypto";
import { NoSuchKey } from "@aws-sdk/client-s3";
import * as z from "zod";
import { Report } from "../../analytics/report";
import { withoutNames } from "../../functions/shared/errors";
import { RAW_PREFIX, REPORT_KEY, STATUS_PREFIX } from "../../functions/shared/keys";
import { type Day, listKeys, readObject, type Session } from "./session";

const partialFailure = z.object({ batchItemFailures: z.array(z.unknown()).nonempty() });

/** What the local run has come to. */
export interface Outcome {
  /** The report object; undefined where there is none. */
  report: Report | undefined;
  /** Why that is not a report of what the upstream has now, in whole sentences; empty when it is. */
  problems: string[];
}

/**
 * Reads the report object and checks it against what it claims to be made of: the last day's fetches succeeded, the
 * pipeline's own status objects tell of no error, and every input is still the very content that the report names.
 */
export async function readOutcome(session: Session, lastDay: Day): Promise<Outcome> {
  const statusErrors = await readStatusErrors(session);
  const failed = lastDay.invocations.flatMap(({ functionName, error }) =>
    // What a function has written into its status is told once, there.
    error === undefined || statusErrors.some((text) => isTold(error.message, text))
      ? []
      : [`${functionName} failed: ${error.message}`],
  );
  const problems = [...new Set([...failed, ...statusErrors, ...findUnread(lastDay)])];
  const report = await readReport(session);
  if (report === undefined) return { report, problems: [...problems, "There is no report."] };
  const changed = await findChangedInputs(session, report);
  if (changed.length > 0) problems.push(`The report was made before ${changed.join(", ")} changed.`);
  return { report, problems };
}

/** Whether a status contains a function's error; there, a cause may follow in place of the period. */
function isTold(message: string, status: string): boolean {
  return status.includes(withoutNames(message).replace(/\.$/, ""));
}

/** Messages that a function refused: they come back after their visibility timeout, and nobody waits for that. */
function findUnread({ invocations }: Day): string[] {
  return invocations.flatMap(({ functionName, trigger, result }) => {
    const { success, data } = partialFailure.safeParse(result);
    return trigger === "queue" && success
      ? [`${functionName} could not read ${data.batchItemFailures.length} of its messages.`]
      : [];
  });
}

async function readReport(session: Session): Promise<Report | undefined> {
  try {
    const text = Buffer.from(await readObject(session, REPORT_KEY)).toString();
    const report = Report.safeParse(JSON.parse(text));
    if (report.success) return report.data;
    throw new Error(
      `${REPORT_KEY} is not in the format of this version of the program: the report after the next change of an ` +
        "input will be. Until then remove it, or use the version that wrote it.",
      { cause: report.error },
    );
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

async function readStatusErrors(session: Session): Promise<string[]> {
  const keys = await listKeys(session, STATUS_PREFIX);
  const texts = await Promise.all(
    keys.map(async (key) => Buffer.from(await readObject(session, key)).toString()),
  );
  return texts
    .map((text) => JSON.parse(text) as { part: string; error: string | null })
    .flatMap(({ part, error }) => (error === null ? [] : [`${part}: ${error}`]));
}

async function findChangedInputs(session: Session, report: Report): Promise<string[]> {
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
