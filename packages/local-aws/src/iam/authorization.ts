import { ACCOUNT_ID, AwsError } from "../awsProtocol";
import type { PolicyDocument } from "../cloud";
import { evaluate } from "./iamEvaluation";
import type { Context } from "./iamPatterns";
import { type Identities, type Principal, roleArn } from "./identity";
import { isPublic } from "./policyCheck";

export type { Context } from "./iamPatterns";

/**
 * Decides a call as IAM does: by the caller's own policies, the resource's policy (of a bucket, queue or function, or a
 * role's trust policy), and S3's public access block.
 */
export class Authorizer {
  readonly #identities: Identities;
  readonly #resourcePolicies = new Map<string, PolicyDocument>();
  readonly #restrictedBuckets = new Set<string>();

  constructor(identities: Identities) {
    this.#identities = identities;
  }

  /** Sets the policy of a bucket, queue, function or role, given by its ARN; `null` removes it. */
  setResourcePolicy(arn: string, policy: PolicyDocument | null): void {
    if (policy) this.#resourcePolicies.set(arn, policy);
    else this.#resourcePolicies.delete(arn);
  }

  /** The resource's policy, if it has one. */
  resourcePolicy(arn: string): PolicyDocument | undefined {
    return this.#resourcePolicies.get(arn);
  }

  /** S3's `RestrictPublicBuckets`: a public policy on the bucket then admits nobody from outside the account. */
  setRestrictPublicBuckets(bucketArn: string, restricted: boolean): void {
    if (restricted) this.#restrictedBuckets.add(bucketArn);
    else this.#restrictedBuckets.delete(bucketArn);
  }

  /** @param action e.g. `s3:GetObject`. @param resource its ARN, or `*` for actions without a resource. */
  async isAllowed(
    principal: Principal,
    action: string,
    resource: string,
    context: Context = {},
  ): Promise<boolean> {
    const holder = policyHolder(resource);
    const resourcePolicy = this.#resourcePolicies.get(holder);
    if (principal.kind === "anonymous" && this.#restrictedBuckets.has(holder)) {
      if (resourcePolicy && isPublic(resourcePolicy)) return false;
    }
    const request = { principal, action, resource, context: { ...globalContext(principal), ...context } };
    const policies = { identity: this.#identities.policiesOf(principal), resource: resourcePolicy };
    return evaluate(request, policies) === "allow";
  }

  /** @throws AwsError `AccessDenied`, with AWS's message. */
  async require(
    principal: Principal,
    action: string,
    resource: string,
    context: Context = {},
  ): Promise<void> {
    if (!(await this.isAllowed(principal, action, resource, context))) {
      throw new AwsError(
        403,
        "AccessDenied",
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: "${resource}"`,
      );
    }
  }
}

/** The resource whose policy applies: for an object its bucket, otherwise the resource itself. */
function policyHolder(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/", 1)[0] ?? resource) : resource;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function globalContext(principal: Principal): Context {
  const now = new Date();
  return {
    // This cloud speaks plain HTTP, but policies should see the same as on AWS, which is called over TLS.
    "aws:SecureTransport": "true",
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
    "aws:ResourceAccount": ACCOUNT_ID,
    ...principalContext(principal),
  };
}

function principalContext(principal: Principal): Context {
  const caller = { "aws:SourceIp": "127.0.0.1", "aws:PrincipalIsAWSService": "false" };
  const account = { "aws:PrincipalAccount": ACCOUNT_ID };
  switch (principal.kind) {
    case "role": {
      const role = { "aws:PrincipalArn": roleArn(principal.role), "aws:PrincipalType": "AssumedRole" };
      return { ...caller, ...account, ...role };
    }
    case "operator": {
      const name = principal.arn.split("/").at(-1) ?? "";
      const user = { "aws:PrincipalArn": principal.arn, "aws:PrincipalType": "User", "aws:username": name };
      return { ...caller, ...account, ...user };
    }
    case "service":
      return { "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": principal.arn };
    case "anonymous":
      return {
        "aws:SourceIp": "127.0.0.1",
        "aws:PrincipalType": "Anonymous",
        "aws:PrincipalAccount": "anonymous",
      };
  }
}
