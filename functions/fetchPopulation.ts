import { S3Client } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";
import { SCHEMA_VERSION } from "../analytics/fingerprint";
import { type PopulationFetch, storePopulation } from "./population/store";
import { beforeTimeout } from "./shared/deadline";
import { environment } from "./shared/environment";
import { createUpstreamClient } from "./shared/upstream";

const s3 = new S3Client({});

/**
 * Saves the population API's `data`. Run by the daily rule `population-daily`.
 *
 * Returning means that what is stored is what the API says; throwing means that what was stored before stays: Lambda
 * tries twice more, and the alarm on the function's errors goes off.
 */
export async function handler(_event: unknown, context: Context): Promise<PopulationFetch> {
  return storePopulation({
    s3,
    dataBucket: environment("DATA_BUCKET"),
    address: environment("POPULATION_URL"),
    upstream: createUpstreamClient({ contact: environment("CONTACT"), signal: beforeTimeout(context) }),
    reportVersion: `${SCHEMA_VERSION}-${environment("REPORT_SETTINGS")}`,
    now: new Date(),
  });
}
