import { S3Client } from "@aws-sdk/client-s3";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod";
import { readNotifications } from "./analysis/notifications";
import { refreshReport } from "./analysis/refreshReport";
import { Bucket } from "./shared/bucket";
import { oneOf, readEnvironment, text, wholeNumber } from "./shared/environment";
import { surveyOf } from "./shared/keys";

const s3 = new S3Client({});

const variables = z.object({
  DATA_BUCKET: text,
  STATE_BUCKET: text,
  DATA_FILE: text,
  POPULATION_FROM: wholeNumber,
  POPULATION_TO: wholeNumber,
  SERIES_ID: text,
  PERIOD: text,
  MAX_ROW_LOSS_PERCENT: wholeNumber,
  MAX_REFUSED_PERCENT: wholeNumber,
  POPULATION_CHANGE: oneOf(["warn", "refuse"]),
});
/** The function's environment variables. */
export type AnalyzeVariables = z.input<typeof variables>;

/**
 * Creates the report after a change under `raw/`, once for a whole batch of messages.
 *
 * Messages returned as failures are not from S3 and will become dead letters. Throwing fails the whole batch, which
 * returns after the queue's visibility timeout.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const { keys, batchItemFailures } = readNotifications(event);
  const environment = readEnvironment(variables);
  if (keys.length > 0) {
    await refreshReport({
      data: new Bucket(s3, environment.DATA_BUCKET),
      state: new Bucket(s3, environment.STATE_BUCKET),
      settings: {
        survey: surveyOf(environment.DATA_FILE),
        dataFile: environment.DATA_FILE,
        populationYears: { from: environment.POPULATION_FROM, to: environment.POPULATION_TO },
        seriesId: environment.SERIES_ID,
        period: environment.PERIOD,
      },
      limits: {
        maxRowLossPercent: environment.MAX_ROW_LOSS_PERCENT,
        maxRefusedPercent: environment.MAX_REFUSED_PERCENT,
        populationChange: environment.POPULATION_CHANGE,
      },
      now: new Date(),
    });
  }
  return { batchItemFailures };
}
