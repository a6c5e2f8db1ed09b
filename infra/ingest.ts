import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FetchPopulationVariables } from "../functions/fetchPopulation";
import {
  BLS_PREFIX,
  POPULATION_KEY,
  POPULATION_PART,
  STATUS_PREFIX,
  SURVEY_PART_PREFIX,
  statusKey,
} from "../functions/shared/keys";
import type { SyncDatasetVariables } from "../functions/syncDataset";
import { MagicFunction } from "./magicFunction";
import { hashReportSettings } from "./reportSettings";
import type { Settings } from "./settings";
import type { Storage } from "./storage";

/** The functions that bring the sources into `raw/`. */
export interface Ingest {
  syncDataset: MagicFunction;
  fetchPopulation: MagicFunction;
}

/** Declares the two fetching functions and the daily rules that run them: one a survey, one for the population. */
export function createIngest(
  settings: Settings,
  storage: Storage,
  options: pulumi.CustomResourceOptions,
): Ingest {
  const { data, state } = storage;
  const common = { DATA_BUCKET: data.bucket, STATE_BUCKET: state.bucket, CONTACT: settings.contact };

  const syncDataset = new MagicFunction(
    "syncDataset",
    {
      description: "Keeps raw/bls/<survey>/ equal to the survey's folder at BLS.",
      settings,
      timeoutSeconds: 600,
      memoryMiB: 512,
      // Four files of a large survey at once, of more than 1 GB each, stream to disk.
      ephemeralStorageMiB: 10_240,
      environment: {
        ...common,
        BLS_URL: settings.blsUrl,
        MAX_DELETES: String(settings.maxDeletes),
        MAX_DELETE_PERCENT: String(settings.maxDeletePercent),
        VERIFY_EVERY_DAYS: String(settings.verifyEveryDays),
      } satisfies Record<keyof SyncDatasetVariables, pulumi.Input<string>>,
      grants: [
        {
          actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
          resources: [pulumi.interpolate`${data.arn}/${BLS_PREFIX}*`],
        },
        {
          actions: ["s3:PutObject"],
          resources: [pulumi.interpolate`${data.arn}/${STATUS_PREFIX}${SURVEY_PART_PREFIX}*`],
        },
        {
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: [pulumi.interpolate`${state.arn}/${SURVEY_PART_PREFIX}*`],
        },
        // Without it S3 answers 403, not 404, for an object that is not there.
        { actions: ["s3:ListBucket"], resources: [data.arn, state.arn] },
      ],
    },
    options,
  );
  for (const survey of settings.surveys) {
    runOnSchedule(`bls-${survey}-daily`, syncDataset, { survey }, settings, options);
  }

  const fetchPopulation = new MagicFunction(
    "fetchPopulation",
    {
      description: `Saves the population API's data as ${POPULATION_KEY}.`,
      settings,
      timeoutSeconds: 60,
      memoryMiB: 256,
      environment: {
        ...common,
        POPULATION_URL: settings.populationUrl,
        REPORT_SETTINGS: hashReportSettings(settings),
      } satisfies Record<keyof FetchPopulationVariables, pulumi.Input<string>>,
      grants: [
        {
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: [pulumi.interpolate`${data.arn}/${POPULATION_KEY}`],
        },
        {
          actions: ["s3:PutObject"],
          resources: [pulumi.interpolate`${data.arn}/${statusKey(POPULATION_PART)}`],
        },
        { actions: ["s3:ListBucket"], resources: [data.arn] },
      ],
    },
    options,
  );
  runOnSchedule("population-daily", fetchPopulation, {}, settings, options);

  return { syncDataset, fetchPopulation };
}

/** Runs a function with a fixed input at the settings' schedule, and lets EventBridge's rule alone invoke it. */
function runOnSchedule(
  name: string,
  target: MagicFunction,
  input: Record<string, string>,
  settings: Settings,
  options: pulumi.CustomResourceOptions,
): void {
  const rule = new aws.cloudwatch.EventRule(
    name,
    { description: `Runs the fetch '${name}'.`, scheduleExpression: settings.schedule },
    options,
  );
  const child = { ...options, parent: rule };
  const permission = new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: target.function.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    child,
  );
  new aws.cloudwatch.EventTarget(
    name,
    { rule: rule.name, arn: target.function.arn, input: JSON.stringify(input) },
    { ...child, dependsOn: permission },
  );
}
