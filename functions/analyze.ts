import { S3Client } from "@aws-sdk/client-s3";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { refreshReport } from "./analysis/refreshReport";
import { readRequests } from "./analysis/requests";
import { environment, environmentInteger, environmentOneOf } from "./shared/environment";
import { surveyOf } from "./shared/keys";

const s3 = new S3Client({});

/**
 * Makes the report when something under `raw/` changed: one run for a whole batch of messages.
 *
 * Messages that it returns as failures are not S3's and will be dead letters; throwing fails the whole batch, which
 * comes back after the queue's visibility timeout.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const { keys, batchItemFailures } = readRequests(event);
  const dataFile = environment("DATA_FILE");
  if (keys.length > 0) {
    await refreshReport({
      s3,
      dataBucket: environment("DATA_BUCKET"),
      stateBucket: environment("STATE_BUCKET"),
      settings: {
        survey: surveyOf(dataFile),
        dataFile,
        populationYears: {
          from: environmentInteger("POPULATION_FROM"),
          to: environmentInteger("POPULATION_TO"),
        },
        seriesId: environment("SERIES_ID"),
        period: environment("PERIOD"),
      },
      limits: {
        maxRowLossPercent: environmentInteger("MAX_ROW_LOSS_PERCENT"),
        maxRefusedPercent: environmentInteger("MAX_REFUSED_PERCENT"),
        populationChange: environmentOneOf("POPULATION_CHANGE", ["warn", "refuse"]),
      },
      now: new Date(),
    });
  }
  return { batchItemFailures };
}
