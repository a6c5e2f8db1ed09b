/**
 * The current content of a cloud: the reading half of its control plane. `get…` returns `undefined` for an unknown name.
 */
export interface CloudState {
  getBucket(bucket: string): Promise<BucketState | undefined>;
  /** Attributes by SQS's names, all strings. */
  getQueueAttributes(url: string): Promise<Record<string, string> | undefined>;
  getRole(role: string): Promise<RoleState | undefined>;
  getFunction(name: string): Promise<FunctionState | undefined>;
  getEventSourceMapping(uuid: string): Promise<EventSourceMapping | undefined>;
  getRule(name: string): Promise<RuleState | undefined>;
  getLogGroup(name: string): Promise<{ retentionInDays: number | null } | undefined>;
  /** Everything in the cloud. */
  inventory(): Promise<Inventory>;
}

/** A bucket's settings; `null` for those that are not set. */
export interface BucketState {
  versioning: "Enabled" | "Suspended" | null;
  encryption: "AES256" | "aws:kms" | null;
  publicAccessBlock: PublicAccessBlock | null;
  policy: PolicyDocument | null;
  website: BucketWebsite | null;
  lifecycle: readonly unknown[] | null;
  notifications: readonly QueueNotification[];
}

export interface RoleState {
  assumeRolePolicy: PolicyDocument;
  /** By name. */
  policies: Record<string, PolicyDocument>;
}

export interface FunctionState {
  configuration: Omit<FunctionConfiguration, "files">;
  /** By statement id. */
  permissions: Record<string, Permission>;
}

export interface RuleState extends Rule {
  targets: readonly RuleTarget[];
}

/** The names of everything in a cloud, by kind, sorted; mappings by their ids. */
export interface Inventory {
  buckets: string[];
  queues: string[];
  roles: string[];
  functions: string[];
  eventSourceMappings: string[];
  rules: string[];
  logGroups: string[];
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** An IAM policy in AWS's JSON, e.g. `{ Version: "2012-10-17", Statement: [{ Effect, Action, Resource }] }`. */
export interface PolicyDocument {
  Version: string;
  Statement: readonly Record<string, unknown>[];
}

export interface PublicAccessBlock {
  blockPublicAcls: boolean;
  blockPublicPolicy: boolean;
  ignorePublicAcls: boolean;
  restrictPublicBuckets: boolean;
}

export interface BucketWebsite {
  indexDocument: string;
  errorDocument?: string;
}

export interface QueueNotification {
  id?: string;
  queueArn: string;
  /** `s3:ObjectCreated:*`, `s3:ObjectRemoved:*` or one exact event name. */
  events: readonly string[];
  filterPrefix?: string;
  filterSuffix?: string;
}

export interface FunctionConfiguration {
  name: string;
  /** The unpacked archive: path within it → content. The cloud takes a copy; later changes have no effect. */
  files: Record<string, Buffer>;
  /** e.g. `__index.handler`. */
  handler: string;
  /** e.g. `nodejs24.x`; refused if this machine's Node has another major version. */
  runtime: string;
  architectures: readonly string[];
  roleArn: string;
  timeoutSeconds: number;
  memoryMiB: number;
  environment: Record<string, string>;
  logGroup?: string;
}

export interface Permission {
  /** e.g. `events.amazonaws.com`. */
  principal: string;
  action: string;
  sourceArn?: string;
}

export interface EventSourceMapping {
  queueArn: string;
  functionName: string;
  batchSize: number;
  maximumBatchingWindowSeconds: number;
  reportBatchItemFailures: boolean;
  maximumConcurrency?: number;
}

export interface Rule {
  name: string;
  /** `cron(…)` or `rate(…)`. Only its syntax is checked: rules fire when `Cloud.fireRules` is called. */
  scheduleExpression: string;
  enabled: boolean;
}

export interface RuleTarget {
  id: string;
  /** The function's ARN. */
  arn: string;
  /** The function's input as JSON text; by default EventBridge's scheduled event. */
  input?: string;
}
