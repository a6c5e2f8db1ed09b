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
import { type Context, PipelineComponent } from "./pipelineComponent";
import { hashReportSettings } from "./reportSettings";
import type { Settings } from "./settings";
import type { Storage } from "./storage";

/** The two functions that fetch the sources into `raw/`, and their rules: one per survey, one for the population. */
export class Ingest extends PipelineComponent {
  readonly syncDataset: MagicFunction;
  readonly fetchPopulation: MagicFunction;

  constructor(context: Context, { storage }: { storage: Storage }) {
    super("Ingest", "ingest", context);
    const { schedule, surveys } = context.settings;
    this.syncDataset = createSyncDataset(context.settings, storage, this.child);
    for (const survey of surveys) {
      runOnSchedule(`bls-${survey}-daily`, schedule, { survey }, this.syncDataset, this.child);
    }
    this.fetchPopulation = createFetchPopulation(context.settings, storage, this.child);
    runOnSchedule("population-daily", schedule, {}, this.fetchPopulation, this.child);
    this.registerOutputs();
  }
}

function createSyncDataset(
  settings: Settings,
  storage: Storage,
  options: pulumi.ComponentResourceOptions,
): MagicFunction {
  const { data, state } = storage;
  return new MagicFunction(
    "syncDataset",
    {
      description: "Keeps raw/bls/<survey>/ equal to the survey's folder at BLS.",
      settings,
      timeoutSeconds: 600,
      memoryMiB: 512,
      // Four files of a large survey, more than 1 GB each, stream to disk at the same time.
      ephemeralStorageMiB: 10_240,
      environment: {
        ...commonVariables(settings, storage),
        STATE_BUCKET: state.bucket,
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
        // Without this, S3 answers 403 instead of 404 for a missing object.
        { actions: ["s3:ListBucket"], resources: [data.arn, state.arn] },
      ],
    },
    options,
  );
}

function createFetchPopulation(
  settings: Settings,
  storage: Storage,
  options: pulumi.ComponentResourceOptions,
): MagicFunction {
  const { data } = storage;
  return new MagicFunction(
    "fetchPopulation",
    {
      description: `Saves the population API's data as ${POPULATION_KEY}.`,
      settings,
      timeoutSeconds: 60,
      memoryMiB: 256,
      environment: {
        ...commonVariables(settings, storage),
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
}

function commonVariables({ contact }: Settings, { data }: Storage) {
  return { DATA_BUCKET: data.bucket, CONTACT: contact };
}

/** Runs a function on the schedule with a fixed input. Only the schedule's rule may invoke it. */
function runOnSchedule(
  name: string,
  scheduleExpression: string,
  input: Record<string, string>,
  target: MagicFunction,
  options: pulumi.CustomResourceOptions,
): void {
  const rule = new aws.cloudwatch.EventRule(
    name,
    { description: `Runs the fetch '${name}'.`, scheduleExpression },
    options,
  );
  const child = { parent: rule };
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
