import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RAW_PREFIX } from "../functions/shared/keys";
import { type Context, PipelineComponent } from "./pipelineComponent";
import type { Storage } from "./storage";

/** How many times a message is tried before it goes to the dead-letter queue. */
const MAX_RECEIVES = 5;

/**
 * The queue between the raw data and its analysis, and the data bucket's notifications to it. Only objects created or
 * removed under `raw/` are notified, so the reports, which are in the same bucket, never trigger another analysis.
 */
export class Notifications extends PipelineComponent {
  readonly queue: aws.sqs.Queue;
  /** Messages that failed {@link MAX_RECEIVES} times. */
  readonly deadLetters: aws.sqs.Queue;

  constructor(context: Context, { storage }: { storage: Storage }) {
    super("Notifications", "notifications", context);
    const { settings } = context;
    this.deadLetters = new aws.sqs.Queue(
      "dead-letters",
      { messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true },
      this.child,
    );
    this.queue = new aws.sqs.Queue(
      "raw-changes",
      {
        sqsManagedSseEnabled: true,
        messageRetentionSeconds: 4 * 24 * 3600,
        // The Lambda guide ('Using Lambda with Amazon SQS') asks for six times the function's timeout plus the window.
        visibilityTimeoutSeconds: 6 * settings.analysisTimeoutSeconds + settings.batchWindowSeconds,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.arn,
          maxReceiveCount: MAX_RECEIVES,
        }),
      },
      this.child,
    );
    new aws.sqs.RedriveAllowPolicy(
      "dead-letters",
      {
        queueUrl: this.deadLetters.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [this.queue.arn],
        }),
      },
      { parent: this.deadLetters },
    );
    const policy = new aws.sqs.QueuePolicy(
      "raw-changes",
      { queueUrl: this.queue.url, policy: onlyFromBucket(this.queue, storage.data) },
      { parent: this.queue },
    );
    new aws.s3.BucketNotification(
      "raw-changes",
      {
        bucket: storage.data.bucket,
        queues: [
          {
            id: "raw-changes",
            queueArn: this.queue.arn,
            events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
            filterPrefix: RAW_PREFIX,
          },
        ],
      },
      // S3 sends a test message on configuration, and rejects the configuration if it is not allowed to.
      { ...this.childOnceBelow(storage.data), dependsOn: policy },
    );
    this.registerOutputs();
  }
}

/** A queue policy that lets S3 send messages, but only for this bucket of this account. */
function onlyFromBucket(queue: aws.sqs.Queue, bucket: aws.s3.Bucket): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queue.arn,
        Condition: {
          ArnEquals: { "aws:SourceArn": bucket.arn },
          StringEquals: { "aws:SourceAccount": queue.arn.apply((arn) => arn.split(":")[4] ?? "") },
        },
      },
    ],
  });
}
