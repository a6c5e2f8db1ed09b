import type {
  BucketWebsite,
  EventSourceMapping,
  FunctionConfiguration,
  Permission,
  PolicyDocument,
  PublicAccessBlock,
  QueueNotification,
  Rule,
  RuleTarget,
} from "./cloud";

/**
 * What is in a cloud now, whoever put it there: the reading half of its control plane. Each `get…` answers `undefined`
 * where there is nothing of that name.
 */
export interface CloudState {
  getBucket(bucket: string): Promise<BucketState | undefined>;
  /** Attributes by SQS's own names, all strings. */
  getQueueAttributes(url: string): Promise<Record<string, string> | undefined>;
  getRole(role: string): Promise<RoleState | undefined>;
  getFunction(name: string): Promise<FunctionState | undefined>;
  getEventSourceMapping(uuid: string): Promise<EventSourceMapping | undefined>;
  getRule(name: string): Promise<RuleState | undefined>;
  getLogGroup(name: string): Promise<{ retentionInDays: number | null } | undefined>;
  /** What there is at all. */
  inventory(): Promise<Inventory>;
}

/** What is set on a bucket; `null` where it is not set. */
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
  /** By their names. */
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

/** The names of all that there is, by kind; of mappings the ids. Sorted. */
export interface Inventory {
  buckets: string[];
  queues: string[];
  roles: string[];
  functions: string[];
  eventSourceMappings: string[];
  rules: string[];
  logGroups: string[];
}
