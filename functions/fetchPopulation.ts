import { S3Client } from "@aws-sdk/client-s3";
import { type PopulationSummary, storePopulation } from "./population/store";
import { environment } from "./shared/environment";

const s3 = new S3Client({});

/**
 * Saves the population API's `data`. Run by the daily rule `population-daily`.
 *
 * Returning means that what is stored is what the API says; throwing means that what was stored before stays: Lambda
 * tries twice more, and the alarm on the function's errors goes off.
 */
export async function handler(): Promise<PopulationSummary> {
  return storePopulation({
    s3,
    dataBucket: environment("DATA_BUCKET"),
    address: environment("POPULATION_URL"),
    contact: environment("CONTACT"),
    now: new Date(),
  });
}
