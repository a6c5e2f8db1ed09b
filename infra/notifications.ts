import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RAW_PREFIX } from "../functions/shared/keys";
import type { Settings } from "./settings";
import { childOf, type Storage } from "./storage";

/** The queue between the raw data and its analysis. */
export interface Notifications {
  queue: aws.sqs.Queue;
  /** Messages that failed {@link MAX_RECEIVES} times. */
  deadLetters: aws.sqs.Queue;
}

/** How often a message is tried before it goes to the dead letters. */
const MAX_RECEIVES = 3;

/**
 * Declares the queue, and the bucket's notifications to it: of objects created and removed under `raw/`, so that
 * the reports, which live in the same bucket, never trigger themselves.
 */
export function createNotifications(
  settings: Settings,
  storage: Storage,
  options: pulumi.CustomResourceOptions,
): Notifications {
  const deadLetters = new aws.sqs.Queue(
    "dead-letters",
    { messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true },
    options,
  );
  const queue = new aws.sqs.Queue(
    "raw-changes",
    {
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 4 * 24 * 3600,
      // AWS asks for at least six times the function's timeout (Lambda guide, 'Using Lambda with Amazon SQS').
      visibilityTimeoutSeconds: 6 * settings.analysisTimeoutSeconds,
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: MAX_RECEIVES,
      }),
    },
    options,
  );
  new aws.sqs.RedriveAllowPolicy(
    "dead-letters",
    {
      queueUrl: deadLetters.url,
      redriveAllowPolicy: pulumi.jsonStringify({
        redrivePermission: "byQueue",
        sourceQueueArns: [queue.arn],
      }),
    },
    { ...options, parent: deadLetters },
  );
  const policy = new aws.sqs.QueuePolicy(
    "raw-changes",
    { queueUrl: queue.url, policy: onlyFromBucket(queue, storage.data) },
    { ...options, parent: queue },
  );
  new aws.s3.BucketNotification(
    "raw-changes",
    {
      bucket: storage.data.bucket,
      queues: [
        {
          id: "raw-changes",
          queueArn: queue.arn,
          events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
          filterPrefix: RAW_PREFIX,
        },
      ],
    },
    // S3 sends a test message when it is configured, and refuses the configuration if it may not.
    { ...childOf(storage.data, options), dependsOn: policy },
  );
  return { queue, deadLetters };
}

/** A queue policy that lets S3 send, and only for this bucket of this account. */
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
