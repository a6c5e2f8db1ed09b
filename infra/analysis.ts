import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { MagicFunction } from "./magicFunction";
import type { Notifications } from "./notifications";
import { type Context, PipelineComponent } from "./pipelineComponent";
import { reportSettings } from "./reportSettings";
import type { Storage } from "./storage";

/** The function that makes the reports, fed by the queue: one run per batch of messages, failures per message. */
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
        },
        grants: [
          {
            actions: ["s3:GetObject"],
            resources: [
              pulumi.interpolate`${data.arn}/raw/bls/${settings.dataFile.slice(0, 2)}/*`,
              pulumi.interpolate`${data.arn}/raw/population/nation.json`,
            ],
          },
          {
            actions: ["s3:GetObject", "s3:PutObject"],
            resources: ["latest.json", "latest/*", "history/*"].map(
              (key) => pulumi.interpolate`${data.arn}/reports/${key}`,
            ),
          },
          {
            actions: ["s3:PutObject"],
            resources: [pulumi.interpolate`${data.arn}/reports/status/analysis.json`],
          },
          {
            actions: ["s3:GetObject", "s3:PutObject"],
            resources: [pulumi.interpolate`${state.arn}/analysis/*`],
          },
          { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${state.arn}/quarantine/*`] },
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
        // The lowest that AWS allows: all runs write the same report, so more of them would only collide.
        scalingConfig: { maximumConcurrency: 2 },
      },
      this.childOnceBelow(queue),
    );
    this.registerOutputs();
  }
}
