import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Analysis } from "./analysis";
import type { Ingest } from "./ingest";
import type { Notifications } from "./notifications";
import type { Settings } from "./settings";
import type { Storage } from "./storage";

/**
 * Declares what tells people that the pipeline is broken: an alarm for each function's errors, one for dead
 * letters, all to one topic; and, with the setting `audit`, a trail of every write to the data bucket.
 */
export function createOperations(
  settings: Settings,
  storage: Storage,
  functions: Ingest & Analysis,
  { deadLetters }: Notifications,
  options: pulumi.CustomResourceOptions,
): void {
  const alarms = new aws.sns.Topic("alarms", {}, options);
  if (settings.alarmEmail !== "") {
    new aws.sns.TopicSubscription(
      "alarms",
      { topic: alarms.arn, protocol: "email", endpoint: settings.alarmEmail },
      { ...options, parent: alarms },
    );
  }
  for (const [name, { function: lambda }] of Object.entries(functions)) {
    createAlarm(
      `${name}-errors`,
      `${name} failed; its log group and reports/status/ say why.`,
      {
        namespace: "AWS/Lambda",
        metricName: "Errors",
        statistic: "Sum",
        dimensions: { FunctionName: lambda.name },
      },
      alarms,
      options,
    );
  }
  createAlarm(
    "dead-letters",
    "An S3 event could not be handled; the message waits in the dead-letter queue.",
    {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      dimensions: { QueueName: deadLetters.name },
    },
    alarms,
    options,
  );
  if (settings.audit) createAuditTrail(settings, storage, options);
}

/** An alarm that goes off when the metric is above zero in a period of five minutes. */
function createAlarm(
  name: string,
  alarmDescription: string,
  metric: Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "statistic" | "dimensions">,
  topic: aws.sns.Topic,
  options: pulumi.CustomResourceOptions,
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
    { ...options, parent: topic },
  );
}

function createAuditTrail(
  settings: Settings,
  { data }: Storage,
  options: pulumi.CustomResourceOptions,
): void {
  // Loaded only when used: it takes as long as the rest of the program.
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
    options.provider === undefined ? {} : { providers: [options.provider] },
  );
}
