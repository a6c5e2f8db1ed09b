import { isDeepStrictEqual } from "node:util";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketWebsiteCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  type Event,
  GetBucketNotificationConfigurationCommand,
  type LifecycleRule,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type Cloud, CloudError, type QueueNotification } from "../cloud";
import { queueNotifications } from "./bucketState";
import { type Connection, unlessMissing } from "./connection";
import { toApiNames } from "./propertyNames";

type BucketMethods = Pick<
  Cloud,
  | "createBucket"
  | "deleteBucket"
  | "putBucketVersioning"
  | "putBucketEncryption"
  | "putPublicAccessBlock"
  | "putBucketPolicy"
  | "putBucketWebsite"
  | "putBucketLifecycle"
  | "putBucketNotification"
>;

/** S3's control plane. `putBucketWebsite` only configures a website; it does not serve it. */
export function bucketMethods({ s3, region }: Connection): BucketMethods {
  return {
    async createBucket(Bucket) {
      const LocationConstraint = region as BucketLocationConstraint;
      // S3 refuses us-east-1 as a location constraint.
      const elsewhere = region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint } };
      await unlessMissing(
        s3.send(new CreateBucketCommand({ Bucket, ...elsewhere })),
        "BucketAlreadyOwnedByYou",
      );
    },
    async deleteBucket(Bucket, { force }) {
      if (force) await unlessMissing(emptyBucket(s3, Bucket), "NoSuchBucket");
      await unlessMissing(s3.send(new DeleteBucketCommand({ Bucket })), "NoSuchBucket");
    },
    async putBucketVersioning(Bucket, Status) {
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    },
    async putBucketEncryption(Bucket, algorithm) {
      if (algorithm === null) {
        await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
        return;
      }
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } }];
      await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    },
    async putPublicAccessBlock(Bucket, configuration) {
      if (configuration === null) {
        await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
        return;
      }
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: configuration.blockPublicAcls,
        BlockPublicPolicy: configuration.blockPublicPolicy,
        IgnorePublicAcls: configuration.ignorePublicAcls,
        RestrictPublicBuckets: configuration.restrictPublicBuckets,
      };
      await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    },
    async putBucketPolicy(Bucket, policy) {
      if (policy === null) await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
      else await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    },
    async putBucketWebsite(Bucket, website) {
      if (website === null) {
        await s3.send(new DeleteBucketWebsiteCommand({ Bucket }));
        return;
      }
      const { indexDocument, errorDocument } = website;
      const WebsiteConfiguration = {
        IndexDocument: { Suffix: indexDocument },
        ...(errorDocument !== undefined && { ErrorDocument: { Key: errorDocument } }),
      };
      await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
    },
    async putBucketLifecycle(Bucket, rules) {
      if (rules === null) {
        await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
        return;
      }
      const Rules = rules.map((rule) => toApiNames(rule) as LifecycleRule);
      await s3.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
      );
    },
    async putBucketNotification(Bucket, queues) {
      const present = queueNotifications(
        await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
      );
      // Every put makes S3 send a test event, which could reach a function while it is being replaced.
      if (isSame(present, queues)) return;
      const NotificationConfiguration = { QueueConfigurations: queues.map(queueConfiguration) };
      await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    },
  };
}

/** Removes every version and every delete marker, a page at a time. */
async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error) throw new CloudError(`s3://${Bucket}/${error.Key} cannot be deleted: ${error.Message}`);
  }
}

/** Compares without ids: S3 generates one for each notification that has none. */
function isSame(present: readonly QueueNotification[], wanted: readonly QueueNotification[]): boolean {
  const comparable = (notification: QueueNotification, { id }: Partial<QueueNotification> = {}) => {
    const { id: own, events, ...rest } = notification;
    return { ...rest, events: [...events].sort(), ...(id !== undefined && { id: own }) };
  };
  return (
    present.length === wanted.length &&
    wanted.every((one, at) =>
      isDeepStrictEqual(comparable(present[at] as QueueNotification, one), comparable(one, one)),
    )
  );
}

function queueConfiguration({ id, queueArn, events, filterPrefix, filterSuffix }: QueueNotification) {
  const FilterRules = [
    ...(filterPrefix === undefined ? [] : [{ Name: "prefix" as const, Value: filterPrefix }]),
    ...(filterSuffix === undefined ? [] : [{ Name: "suffix" as const, Value: filterSuffix }]),
  ];
  return {
    ...(id !== undefined && { Id: id }),
    QueueArn: queueArn,
    Events: [...events] as Event[],
    ...(FilterRules.length > 0 && { Filter: { Key: { FilterRules } } }),
  };
}
