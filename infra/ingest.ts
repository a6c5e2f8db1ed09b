import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { MagicFunction } from "./magicFunction";
import { type Context, PipelineComponent } from "./pipelineComponent";
import { hashReportSettings } from "./reportSettings";
import type { Storage } from "./storage";

/** The two functions that fetch the sources into `raw/`, and the rules that run them: one per survey, one for the population. */
export class Ingest extends PipelineComponent {
  readonly syncDataset: MagicFunction;
  readonly fetchPopulation: MagicFunction;

  constructor(context: Context, { storage }: { storage: Storage }) {
    super("Ingest", "ingest", context);
    const { settings } = context;
    const { data, state } = storage;
    const common = { DATA_BUCKET: data.bucket, STATE_BUCKET: state.bucket, CONTACT: settings.contact };

    this.syncDataset = new MagicFunction(
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
        },
        grants: [
          {
            actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            resources: [pulumi.interpolate`${data.arn}/raw/bls/*`],
          },
          { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${data.arn}/reports/status/bls-*`] },
          { actions: ["s3:GetObject", "s3:PutObject"], resources: [pulumi.interpolate`${state.arn}/bls-*`] },
          // Without it S3 answers 403, not 404, for an object that is not there.
          { actions: ["s3:ListBucket"], resources: [data.arn, state.arn] },
        ],
      },
      this.child,
    );
    for (const survey of settings.surveys) {
      runOnSchedule(`bls-${survey}-daily`, this.syncDataset, { survey }, settings.schedule, this.child);
    }

    this.fetchPopulation = new MagicFunction(
      "fetchPopulation",
      {
        description: "Saves the population API's data as raw/population/nation.json.",
        settings,
        timeoutSeconds: 60,
        memoryMiB: 256,
        environment: {
          ...common,
          POPULATION_URL: settings.populationUrl,
          REPORT_SETTINGS: hashReportSettings(settings),
        },
        grants: [
          {
            actions: ["s3:GetObject", "s3:PutObject"],
            resources: [pulumi.interpolate`${data.arn}/raw/population/nation.json`],
          },
          {
            actions: ["s3:PutObject"],
            resources: [pulumi.interpolate`${data.arn}/reports/status/population.json`],
          },
          { actions: ["s3:ListBucket"], resources: [data.arn] },
        ],
      },
      this.child,
    );
    runOnSchedule("population-daily", this.fetchPopulation, {}, settings.schedule, this.child);
    this.registerOutputs();
  }
}

/** Runs a function on the schedule with a fixed input. Only the schedule's rule may invoke it. */
function runOnSchedule(
  name: string,
  target: MagicFunction,
  input: Record<string, string>,
  scheduleExpression: string,
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
