import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type NotificationConfiguration,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { BucketWebsite, PolicyDocument, PublicAccessBlock, QueueNotification } from "../cloud";
import type { BucketState } from "../cloudState";
import { unlessMissing } from "./connection";
import { toPulumiNames } from "./propertyNames";

/** A bucket's settings; undefined if there is no such bucket. */
export async function readBucket(s3: S3Client, Bucket: string): Promise<BucketState | undefined> {
  const there = await unlessMissing(s3.send(new HeadBucketCommand({ Bucket })), "NotFound", "NoSuchBucket");
  if (there === undefined) return undefined;
  const [versioning, encryption, block, policy, website, lifecycle, notifications] = await Promise.all([
    s3.send(new GetBucketVersioningCommand({ Bucket })),
    unlessMissing(
      s3.send(new GetBucketEncryptionCommand({ Bucket })),
      "ServerSideEncryptionConfigurationNotFoundError",
    ),
    unlessMissing(
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      "NoSuchPublicAccessBlockConfiguration",
    ),
    unlessMissing(s3.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy"),
    readWebsite(s3, Bucket),
    unlessMissing(
      s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      "NoSuchLifecycleConfiguration",
    ),
    s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
  ]);
  const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  return {
    versioning: versioning.Status ?? null,
    encryption: algorithm === "AES256" || algorithm === "aws:kms" ? algorithm : null,
    publicAccessBlock: publicAccessBlock(block?.PublicAccessBlockConfiguration),
    policy: policy?.Policy === undefined ? null : (JSON.parse(policy.Policy) as PolicyDocument),
    website,
    lifecycle: lifecycle?.Rules?.map(toPulumiNames) ?? null,
    notifications: queueNotifications(notifications),
  };
}

/** The bucket's website configuration; null if it is not set. */
export async function readWebsite(s3: S3Client, Bucket: string): Promise<BucketWebsite | null> {
  const website = await unlessMissing(
    s3.send(new GetBucketWebsiteCommand({ Bucket })),
    "NoSuchWebsiteConfiguration",
    "NoSuchBucket",
  );
  const indexDocument = website?.IndexDocument?.Suffix;
  const errorDocument = website?.ErrorDocument?.Key;
  if (indexDocument === undefined) return null;
  return { indexDocument, ...(errorDocument !== undefined && { errorDocument }) };
}

function publicAccessBlock(block: PublicAccessBlockConfiguration | undefined): PublicAccessBlock | null {
  return (
    (block && {
      blockPublicAcls: block.BlockPublicAcls ?? false,
      blockPublicPolicy: block.BlockPublicPolicy ?? false,
      ignorePublicAcls: block.IgnorePublicAcls ?? false,
      restrictPublicBuckets: block.RestrictPublicBuckets ?? false,
    }) ??
    null
  );
}

/** The queue notifications in a bucket's notification configuration. */
export function queueNotifications({
  QueueConfigurations = [],
}: NotificationConfiguration): QueueNotification[] {
  return QueueConfigurations.map(({ Id, QueueArn = "", Events = [], Filter }) => {
    const rules = Filter?.Key?.FilterRules ?? [];
    // S3 returns the names in a different case from the one that it accepts.
    const filterOf = (name: string) => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value;
    const [filterPrefix, filterSuffix] = [filterOf("prefix"), filterOf("suffix")];
    return {
      ...(Id !== undefined && { id: Id }),
      queueArn: QueueArn,
      events: Events,
      ...(filterPrefix !== undefined && { filterPrefix }),
      ...(filterSuffix !== undefined && { filterSuffix }),
    };
  });
}
