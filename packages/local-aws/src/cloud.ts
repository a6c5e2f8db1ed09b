import type { EventEmitter } from "node:events";
import type {
  BucketWebsite,
  CloudState,
  Credentials,
  EventSourceMapping,
  FunctionConfiguration,
  Permission,
  PolicyDocument,
  PublicAccessBlock,
  QueueNotification,
  Rule,
  RuleTarget,
} from "./cloudState";

export type * from "./cloudState";

/**
 * The narrow interface between the resource provider (`packages/local-pulumi`) and a cloud: one method per AWS
 * control-plane call, with AWS's name for it and the inputs that this project needs. Objects and messages go through the
 * AWS SDK to {@link Cloud.endpoint} instead, as they do in the functions.
 *
 * `put…` methods are safe to repeat and replace the previous value; `null` removes it. Deleting something that does not
 * exist succeeds. {@link CloudState} is the reading half.
 */
export interface Cloud extends CloudState {
  /** Base address of the AWS API (S3 in path style, SQS), e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Credentials with all permissions, for the provider, the terminal and the tests. */
  readonly operator: Credentials;
  /** Emits events as they happen; see {@link CloudEvents}. */
  readonly events: EventEmitter<CloudEvents>;
  /** The kinds of events that this cloud cannot observe and never emits. */
  readonly unseen: ReadonlySet<keyof CloudEvents>;

  /** Safe to repeat: an existing bucket keeps its objects and settings. */
  createBucket(bucket: string): Promise<void>;
  /** Removes the bucket, with `force` including its objects; without it, a bucket with objects is an error. */
  deleteBucket(bucket: string, options: { force: boolean }): Promise<void>;
  putBucketVersioning(bucket: string, status: "Enabled" | "Suspended"): Promise<void>;
  putBucketEncryption(bucket: string, algorithm: "AES256" | "aws:kms" | null): Promise<void>;
  putPublicAccessBlock(bucket: string, configuration: PublicAccessBlock | null): Promise<void>;
  /** Refused, as on S3, if the policy is public and the public access block forbids that. */
  putBucketPolicy(bucket: string, policy: PolicyDocument | null): Promise<void>;
  putBucketWebsite(bucket: string, website: BucketWebsite | null): Promise<void>;
  putBucketLifecycle(bucket: string, rules: readonly unknown[] | null): Promise<void>;
  /** Replaces the bucket's one notification configuration. Refused unless every queue's policy lets S3 send. */
  putBucketNotification(bucket: string, queues: readonly QueueNotification[]): Promise<void>;
  /** The address of the bucket's website, e.g. `http://127.0.0.1:4567`. */
  websiteEndpoint(bucket: string): string;

  /**
   * Attributes by SQS's names (`VisibilityTimeout`, `RedrivePolicy`, `Policy`, …), all strings. Safe to repeat: an
   * existing queue keeps its messages, and any attributes that are not given.
   */
  createQueue(name: string, attributes: Record<string, string>): Promise<{ url: string; arn: string }>;
  setQueueAttributes(url: string, attributes: Record<string, string>): Promise<void>;
  deleteQueue(url: string): Promise<void>;

  putRole(role: string, assumeRolePolicy: PolicyDocument): Promise<{ arn: string }>;
  deleteRole(role: string): Promise<void>;
  putRolePolicy(role: string, policyName: string, policy: PolicyDocument | null): Promise<void>;

  /** Creates the function or replaces its code and configuration. */
  putFunction(configuration: FunctionConfiguration): Promise<{ arn: string }>;
  deleteFunction(name: string): Promise<void>;
  /**
   * Invokes a function as the operator, and waits for its result.
   *
   * @throws CloudError with the function's error as `cause` if it throws, times out or runs out of memory.
   */
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  /** Sets a statement of the function's resource policy, i.e. who else may invoke it. */
  putPermission(functionName: string, statementId: string, permission: Permission | null): Promise<void>;
  /** Starts or reconfigures polling; returns the mapping's id. There is one mapping per queue and function. */
  putEventSourceMapping(mapping: EventSourceMapping): Promise<{ uuid: string }>;
  deleteEventSourceMapping(uuid: string): Promise<void>;

  putRule(rule: Rule): Promise<{ arn: string }>;
  deleteRule(name: string): Promise<void>;
  putTarget(rule: string, target: RuleTarget): Promise<void>;
  deleteTarget(rule: string, targetId: string): Promise<void>;

  /** Safe to repeat: an existing log group keeps its lines and gets the new retention. */
  createLogGroup(name: string, retentionInDays: number | null): Promise<void>;
  deleteLogGroup(name: string): Promise<void>;
  /** The lines of a log group, oldest first. */
  logLines(logGroup: string): Promise<string[]>;

  /**
   * Fires every enabled rule once: invokes its targets asynchronously as EventBridge does (a failed invocation is retried
   * twice), and resolves when they are done. It does not reject if a target fails: `invoked` events report the errors.
   */
  fireRules(): Promise<void>;
  /**
   * Resolves when nothing is running any more: no notification on its way, no message visible or in flight in a polled
   * queue, no function running. With `retries: false` it does not wait for messages that failed in a function,
   * which stay in flight until their visibility timeout.
   *
   * The caller must not send anything until it resolves. A cloud with its own clock can therefore skip pure waits: for a
   * batching window that will get no more messages, a delay, or a failed message's visibility timeout.
   *
   * @throws CloudError after `timeoutMs`, naming what is still busy, and if the cloud is closed.
   */
  settled(timeoutMs: number, options?: { retries: boolean }): Promise<void>;
  /**
   * Ends every process and server; a data directory is kept for the next start.
   *
   * @throws AggregateError of everything that could not be ended, after ending the rest.
   */
  close(): Promise<void>;
}

/** Events of {@link Cloud.events}, each with one plain object. */
export interface CloudEvents {
  /** A data-plane request was answered, whether accepted or refused. */
  request: [
    { service: "s3" | "sqs"; operation: string; resource: string; principal: string; status: number },
  ];
  /** S3 notified a queue of a change; `event` e.g. `ObjectCreated:Put`, `key` not encoded. */
  notified: [{ bucket: string; key: string; event: string; queueArn: string }];
  /** S3 could not notify a queue of a change; AWS does not report this. */
  undelivered: [{ bucket: string; key: string; event: string; queueArn: string; reason: string }];
  /** A function's invocation ended. */
  invoked: [
    {
      functionName: string;
      requestId: string;
      durationMs: number;
      trigger: "rule" | "queue" | "direct";
      /** The function's input; absent if it could not be invoked at all. */
      payload?: unknown;
      result?: unknown;
      error?: { name: string; message: string };
    },
  ];
  /** A function wrote a line to its log. */
  log: [{ logGroup: string; line: string }];
}

/** The cloud cannot or must not do something; the message says what, to what, and why. */
export class CloudError extends Error {
  override name = "CloudError";
}
