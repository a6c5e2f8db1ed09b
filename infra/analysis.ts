import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AnalyzeVariables } from "../functions/analyze";
import {
  ANALYSIS_PART,
  HISTORY_PREFIX,
  POPULATION_KEY,
  QUARANTINE_PREFIX,
  REPORT_KEY,
  SNAPSHOTS_PREFIX,
  statusKey,
  surveyOf,
  surveyPrefix,
  TABLES_PREFIX,
} from "../functions/shared/keys";
import { MagicFunction } from "./magicFunction";
import type { Notifications } from "./notifications";
import { type Context, PipelineComponent } from "./pipelineComponent";
import { reportSettings } from "./reportSettings";
import type { Storage } from "./storage";

/** The function that creates the reports. The queue invokes it once per batch; it reports failures per message. */
export class Analysis extends PipelineComponent {
  readonly analyze: MagicFunction;

  constructor(
    context: Context,
    { storage, notifications }: { storage: Storage; notifications: Notifications },
  ) {
    super("Analysis", "analysis", context);
    const { settings } = context;
    const { queue } = notifications;
    const { data, state } = storage;
    this.analyze = new MagicFunction(
      "analyze",
      {
        description: "Makes the report from raw/ whenever something there changed.",
        settings,
        timeoutSeconds: settings.analysisTimeoutSeconds,
        memoryMiB: 1024,
        environment: {
          DATA_BUCKET: data.bucket,
          STATE_BUCKET: state.bucket,
          ...reportSettings(settings),
        } satisfies Record<keyof AnalyzeVariables, pulumi.Input<string>>,
        grants: [
          {
            actions: ["s3:GetObject"],
            resources: [
              pulumi.interpolate`${data.arn}/${surveyPrefix(surveyOf(settings.dataFile))}*`,
              pulumi.interpolate`${data.arn}/${POPULATION_KEY}`,
            ],
          },
          {
            actions: ["s3:GetObject", "s3:PutObject"],
            resources: [REPORT_KEY, `${TABLES_PREFIX}*`, `${HISTORY_PREFIX}*`].map(
              (key) => pulumi.interpolate`${data.arn}/${key}`,
            ),
          },
          {
            actions: ["s3:PutObject"],
            resources: [pulumi.interpolate`${data.arn}/${statusKey(ANALYSIS_PART)}`],
          },
          {
            actions: ["s3:GetObject", "s3:PutObject"],
            resources: [pulumi.interpolate`${state.arn}/${SNAPSHOTS_PREFIX}*`],
          },
          { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${state.arn}/${QUARANTINE_PREFIX}*`] },
          { actions: ["s3:ListBucket"], resources: [data.arn, state.arn] },
          {
            actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            resources: [queue.arn],
          },
        ],
      },
      this.child,
    );
    new aws.lambda.EventSourceMapping(
      "raw-changes",
      {
        eventSourceArn: queue.arn,
        functionName: this.analyze.function.arn,
        batchSize: 100,
        maximumBatchingWindowInSeconds: settings.batchWindowSeconds,
        functionResponseTypes: ["ReportBatchItemFailures"],
        // The lowest that AWS allows: all runs write the same report, so more would only collide.
        scalingConfig: { maximumConcurrency: 2 },
      },
      this.childOnceBelow(queue),
    );
    this.registerOutputs();
  }
}
