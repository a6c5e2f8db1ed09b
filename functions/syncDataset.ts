import { S3Client } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { type SyncSummary, syncSurvey } from "./dataset/sync";
import { Bucket } from "./shared/bucket";
import { beforeTimeout } from "./shared/deadline";
import { readEnvironment, text, wholeNumber } from "./shared/environment";
import { createUpstreamClient } from "./shared/upstream";

const s3 = new S3Client({});

const variables = z.object({
  DATA_BUCKET: text,
  STATE_BUCKET: text,
  /** E-mail address that BLS asks for in the `User-Agent`. */
  CONTACT: text,
  /** Address of the folder that holds the surveys' folders, ending in `/`. */
  BLS_URL: text,
  MAX_DELETES: wholeNumber,
  MAX_DELETE_PERCENT: wholeNumber,
  VERIFY_EVERY_DAYS: wholeNumber,
});
/** The function's environment variables. */
export type SyncDatasetVariables = z.input<typeof variables>;

const SURVEY = 'the input should name a survey, such as { "survey": "pr" }';
const input = z.object(
  {
    survey: z.string(SURVEY).regex(/^[a-z]{2}$/, SURVEY),
    /** Compare all contents now, even if that is not due. */
    verify: z.boolean().optional(),
  },
  SURVEY,
);

/**
 * Makes one survey's mirror equal to BLS. The survey's daily rule invokes it with an input that names the survey.
 *
 * Returning means that the mirror equals upstream. Throwing means that it does not yet: Lambda tries twice more, and
 * the alarm on the function's errors goes off.
 */
export async function handler(event: unknown, context: Context): Promise<SyncSummary> {
  const { survey, verify } = input.parse(event);
  const environment = readEnvironment(variables);
  const signal = beforeTimeout(context);
  return syncSurvey({
    survey,
    ...(verify !== undefined && { verify }),
    data: new Bucket(s3, environment.DATA_BUCKET),
    state: new Bucket(s3, environment.STATE_BUCKET),
    upstream: createUpstreamClient({ contact: environment.CONTACT, signal }),
    blsUrl: environment.BLS_URL,
    maxDeletes: {
      count: environment.MAX_DELETES,
      share: environment.MAX_DELETE_PERCENT / 100,
    },
    verifyEveryDays: environment.VERIFY_EVERY_DAYS,
    signal,
    now: new Date(),
  });
}
