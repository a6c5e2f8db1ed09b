import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Analysis } from "./analysis";
import type { Ingest } from "./ingest";
import type { Notifications } from "./notifications";
import { type Context, PipelineComponent } from "./pipelineComponent";
import type { Storage } from "./storage";

/**
 * Monitoring: an alarm for each function's errors and one for dead letters, all sent to one topic; and, with the
 * setting `audit`, a trail of every write to the data bucket.
 */
export class Operations extends PipelineComponent {
  constructor(context: Context, { storage, ingest, notifications, analysis }: Pipeline) {
    super("Operations", "operations", context);
    const { settings } = context;
    const alarms = new aws.sns.Topic("alarms", {}, this.child);
    if (settings.alarmEmail !== "") {
      new aws.sns.TopicSubscription(
        "alarms",
        { topic: alarms.arn, protocol: "email", endpoint: settings.alarmEmail },
        { parent: alarms },
      );
    }
    const { syncDataset, fetchPopulation } = ingest;
    const functions = { syncDataset, fetchPopulation, analyze: analysis.analyze };
    for (const [name, { function: lambda }] of Object.entries(functions)) {
      createAlarm(alarms, `${name}-errors`, `${name} failed; its log group and reports/status/ say why.`, {
        namespace: "AWS/Lambda",
        metricName: "Errors",
        statistic: "Sum",
        dimensions: { FunctionName: lambda.name },
      });
    }
    createAlarm(
      alarms,
      "dead-letters",
      "An S3 event could not be handled; the message waits in the dead-letter queue.",
      {
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        statistic: "Maximum",
        dimensions: { QueueName: notifications.deadLetters.name },
      },
    );
    if (settings.audit) createAuditTrail(context, storage, this.child);
    this.registerOutputs();
  }
}

/** The parts to monitor. */
interface Pipeline {
  storage: Storage;
  ingest: Ingest;
  notifications: Notifications;
  analysis: Analysis;
}

/** Creates an alarm that notifies the topic when the metric is above zero in a period of five minutes. */
function createAlarm(
  topic: aws.sns.Topic,
  name: string,
  alarmDescription: string,
  metric: Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "statistic" | "dimensions">,
): void {
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...metric,
      alarmDescription,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period: 300,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    },
    { parent: topic },
  );
}

function createAuditTrail(
  { settings, provider }: Context,
  { data }: Storage,
  options: pulumi.ComponentResourceOptions,
): void {
  // Loaded only if used: it takes as long to load as the rest of the program.
  const awsx = require("@pulumi/awsx") as typeof import("@pulumi/awsx");
  new awsx.cloudtrail.Trail(
    "audit",
    {
      s3Bucket: { args: { forceDestroy: !settings.protectData } },
      enableLogFileValidation: true,
      advancedEventSelectors: [
        {
          name: "Writes to the data bucket",
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            { field: "readOnly", equals: ["false"] },
            { field: "resources.ARN", startsWiths: [pulumi.interpolate`${data.arn}/`] },
          ],
        },
      ],
    },
    { ...options, providers: [provider] },
  );
}
