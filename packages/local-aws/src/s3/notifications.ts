import type { EventEmitter } from "node:events";
import type { Activity } from "../activity";
import { ACCOUNT_ID, badRequest, requestId } from "../awsProtocol";
import type { CloudEvents, QueueNotification } from "../cloud";
import type { Authorizer } from "../iam/authorization";
import { servicePrincipal } from "../iam/identity";
import type { Queues } from "../sqs/queues";
import type { ObjectChange } from "./objects";

const S3 = servicePrincipal("s3.amazonaws.com");
const EVENT_NAME =
  /^s3:Object(Created:(\*|Put|Post|Copy|CompleteMultipartUpload)|Removed:(\*|Delete|DeleteMarkerCreated))$/;

/** S3's event notifications: reports changes to queues whose policies let S3 send. */
export class Notifications {
  readonly #queues: Queues;
  readonly #authorizer: Authorizer;
  readonly #activity: Activity;
  readonly #events: EventEmitter<CloudEvents>;
  readonly #region: string;
  readonly #byBucket = new Map<string, readonly QueueNotification[]>();
  #sequence = BigInt(Date.now()) << 20n;

  constructor(parts: {
    queues: Queues;
    authorizer: Authorizer;
    activity: Activity;
    events: EventEmitter<CloudEvents>;
    region: string;
  }) {
    this.#queues = parts.queues;
    this.#authorizer = parts.authorizer;
    this.#activity = parts.activity;
    this.#events = parts.events;
    this.#region = parts.region;
  }

  /**
   * Replaces the bucket's configuration, and sends S3's test event to every queue.
   *
   * @throws AwsError `InvalidArgument` if an event is unknown, or a queue does not exist or does not let S3 send.
   */
  async configure(bucket: string, notifications: readonly QueueNotification[]): Promise<void> {
    for (const { events, queueArn } of notifications) {
      const unknown = events.find((event) => !EVENT_NAME.test(event));
      if (unknown)
        throw badRequest(
          "InvalidArgument",
          `The event ${unknown} is not supported for notifications of bucket ${bucket}.`,
        );
      if (!this.#queues.exists(queueArn) || !(await this.#maySend(bucket, queueArn))) {
        throw badRequest(
          "InvalidArgument",
          `Unable to validate the following destination configurations: ${queueArn} must exist and its policy must let s3.amazonaws.com send messages for ${arnOf(bucket)}.`,
        );
      }
    }
    this.#byBucket.set(bucket, notifications);
    for (const { queueArn } of notifications) this.#queues.send(queueArn, this.#testEvent(bucket));
  }

  /** The bucket's configuration. */
  of(bucket: string): readonly QueueNotification[] {
    return this.#byBucket.get(bucket) ?? [];
  }

  forget(bucket: string): void {
    this.#byBucket.delete(bucket);
  }

  /** Starts notifying the queues, and returns at once. */
  announce(change: ObjectChange): void {
    const time = new Date();
    for (const notification of this.#byBucket.get(change.bucket) ?? []) {
      if (!isWanted(notification, change)) continue;
      const done = this.#activity.begin(`notification of ${change.event} ${change.bucket}/${change.key}`);
      this.#deliver(notification, change, time).finally(done);
    }
  }

  async #deliver(notification: QueueNotification, change: ObjectChange, time: Date): Promise<void> {
    const { bucket, key, event } = change;
    const { queueArn } = notification;
    try {
      if (!(await this.#maySend(bucket, queueArn)))
        throw new Error(`the policy of ${queueArn} does not let S3 send`);
      this.#queues.send(queueArn, JSON.stringify({ Records: [this.#record(notification, change, time)] }));
      this.#events.emit("notified", { bucket, key, event, queueArn });
    } catch (error) {
      this.#events.emit("undelivered", { bucket, key, event, queueArn, reason: String(error) });
    }
  }

  #maySend(bucket: string, queueArn: string): Promise<boolean> {
    const context = { "aws:SourceArn": arnOf(bucket), "aws:SourceAccount": ACCOUNT_ID };
    return this.#authorizer.isAllowed(S3, "sqs:SendMessage", queueArn, context);
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
  #record(
    notification: QueueNotification,
    { bucket, key, event, size, eTag, versionId }: ObjectChange,
    time: Date,
  ) {
    const object = {
      key: encodeKey(key),
      size,
      eTag,
      versionId,
      sequencer: (this.#sequence++).toString(16).toUpperCase().padStart(18, "0"),
    };
    return {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: this.#region,
      eventTime: time.toISOString(),
      eventName: event,
      userIdentity: { principalId: `AWS:${ACCOUNT_ID}` },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { "x-amz-request-id": requestId(), "x-amz-id-2": requestId() },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: notification.id ?? "notification",
        bucket: { name: bucket, ownerIdentity: { principalId: ACCOUNT_ID }, arn: arnOf(bucket) },
        object,
      },
    };
  }

  #testEvent(bucket: string): string {
    const Time = new Date().toISOString();
    return JSON.stringify({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time,
      Bucket: bucket,
      RequestId: requestId(),
      HostId: requestId(),
    });
  }
}

function isWanted(
  { events, filterPrefix = "", filterSuffix = "" }: QueueNotification,
  { event, key }: ObjectChange,
): boolean {
  const [kind] = event.split(":");
  const named = events.includes(`s3:${event}`) || events.includes(`s3:${kind}:*`);
  return named && key.startsWith(filterPrefix) && key.endsWith(filterSuffix);
}

/** Form encoding (`+` for a space), but with unencoded slashes. */
function encodeKey(key: string): string {
  return new URLSearchParams({ key }).toString().slice("key=".length).replaceAll("%2F", "/");
}

function arnOf(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
