import { type Plan, type PlannedResource, plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { PROJECT_DIRECTORY } from "../../tools/directories";

const unchanged = new Map<string, Promise<Plan>>();

/** Runs the real `index.ts` on Pulumi's mocks, as `npm run plan` does. A stack's own settings are planned once. */
export function declare(stack: "dev" | "prod", config?: Record<string, string>): Promise<Plan> {
  const run = () =>
    plan({ directory: PROJECT_DIRECTORY, stack, config: { contact: "someone@example.com", ...config } });
  if (config !== undefined) return run();
  const planned = unchanged.get(stack) ?? run();
  unchanged.set(stack, planned);
  return planned;
}

/** The resources of a type, e.g. `aws:sqs/queue:Queue`. */
export function byType(resources: readonly PlannedResource[], type: string): PlannedResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The resource with this type and name; fails unless there is exactly one. */
export function one(resources: readonly PlannedResource[], type: string, name: string): PlannedResource {
  const found = byType(resources, type).filter((resource) => resource.name === name);
  expect(found, `${type} ${name}`).to.have.length(1);
  return found[0] as PlannedResource;
}

/** The flags of a bucket's public access block. */
export function publicAccessBlock(resources: readonly PlannedResource[], bucket: string): unknown {
  const type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
  const { bucket: _, ...flags } = one(resources, type, bucket).inputs;
  return flags;
}

/** A public access block that blocks everything. */
export const ALL_BLOCKED = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

/** A statement of an IAM policy. */
export interface Statement {
  Action: string | string[];
  Resource: string | string[];
  Principal?: unknown;
  Condition?: unknown;
}

/** The statements of a policy in JSON. */
export function statements(policy: unknown): Statement[] {
  return (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
}
