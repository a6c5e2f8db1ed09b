import { S3Client } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { SCHEMA_VERSION } from "../analytics/fingerprint";
import { type FetchSummary, storePopulation } from "./population/store";
import { Bucket } from "./shared/bucket";
import { beforeTimeout } from "./shared/deadline";
import { readEnvironment, text } from "./shared/environment";
import { createUpstreamClient } from "./shared/upstream";

const s3 = new S3Client({});

const variables = z.object({
  DATA_BUCKET: text,
  /** Full address of the query. */
  POPULATION_URL: text,
  /** E-mail address for the `User-Agent`. */
  CONTACT: text,
  /** Hash of the analysis's settings: a change should lead to a new report. */
  REPORT_SETTINGS: text,
});
/** The function's environment variables. */
export type FetchPopulationVariables = z.input<typeof variables>;

/**
 * Saves the population API's `data`. The daily rule `population-daily` invokes it.
 *
 * Returning means that the stored population equals the API's. Throwing means that the previous one stays; Lambda tries
 * twice more, and the alarm on the function's errors goes off.
 */
export async function handler(_event: unknown, context: Context): Promise<FetchSummary> {
  const environment = readEnvironment(variables);
  return storePopulation({
    data: new Bucket(s3, environment.DATA_BUCKET),
    address: environment.POPULATION_URL,
    upstream: createUpstreamClient({ contact: environment.CONTACT, signal: beforeTimeout(context) }),
    reportVersion: `${SCHEMA_VERSION}-${environment.REPORT_SETTINGS}`,
    now: new Date(),
  });
}
