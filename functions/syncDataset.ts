import { S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { type SyncSummary, syncSurvey } from "./dataset/sync";
import { environment, environmentInteger } from "./shared/environment";

const s3 = new S3Client({});
const SURVEY = 'the input should name a survey, such as { "survey": "pr" }';
const input = z.object({ survey: z.string(SURVEY).regex(/^[a-z]{2}$/, SURVEY) }, SURVEY);

/**
 * Keeps one survey's mirror in step with BLS. Run by the survey's daily rule, whose input names the survey.
 *
 * Returning means that the mirror equals the upstream; throwing means that it does not yet: Lambda tries twice more,
 * and the alarm on the function's errors goes off.
 */
export async function handler(event: unknown): Promise<SyncSummary> {
  return syncSurvey({
    s3,
    survey: input.parse(event).survey,
    dataBucket: environment("DATA_BUCKET"),
    stateBucket: environment("STATE_BUCKET"),
    blsUrl: environment("BLS_URL"),
    contact: environment("CONTACT"),
    maxDeletes: environmentInteger("MAX_DELETES"),
    now: new Date(),
  });
}
