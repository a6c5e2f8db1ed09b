import { anonymousPrincipal, runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { AwsError } from "./awsProtocol";
import { CloudError, type PolicyDocument } from "./cloud";
import type { Identities, Principal } from "./identity";
import { ACCOUNT_ID } from "./storage";

/** Context keys of a request by IAM's names, e.g. `{ "s3:prefix": "raw/" }`. */
export type Context = Readonly<Record<string, string>>;

/** Beyond this many remembered decisions they are all forgotten; a run asks a few hundred different questions. */
const CACHE_LIMIT = 10_000;

/**
 * IAM's decision for one call: the caller's own policies, the policy on the resource (bucket, queue, function, role's
 * trust) and S3's public access block together, evaluated by `@cloud-copilot/iam-simulate`.
 */
export class Authorizer {
  readonly #identities: Identities;
  readonly #resourcePolicies = new Map<string, PolicyDocument>();
  readonly #restrictedBuckets = new Set<string>();
  readonly #decisions = new Map<string, boolean>();

  constructor(identities: Identities) {
    this.#identities = identities;
  }

  /** The policy on a bucket, queue, function or role, by its ARN; `null` removes it. */
  setResourcePolicy(arn: string, policy: PolicyDocument | null): void {
    if (policy) this.#resourcePolicies.set(arn, policy);
    else this.#resourcePolicies.delete(arn);
    this.policiesChanged();
  }

  /** S3's `RestrictPublicBuckets`: a public policy on the bucket then lets no stranger in. */
  setRestrictPublicBuckets(bucketArn: string, restricted: boolean): void {
    if (restricted) this.#restrictedBuckets.add(bucketArn);
    else this.#restrictedBuckets.delete(bucketArn);
    this.policiesChanged();
  }

  /** To be called when a role's policies change: decisions made before no longer hold. */
  policiesChanged(): void {
    this.#decisions.clear();
  }

  /** @param action e.g. `s3:GetObject`. @param resource its ARN, or `*` for actions that have none. */
  async isAllowed(
    principal: Principal,
    action: string,
    resource: string,
    context: Context = {},
  ): Promise<boolean> {
    const question = JSON.stringify([principal.arn, action, resource, context]);
    const known = this.#decisions.get(question);
    if (known !== undefined) return known;
    const simulation = this.#simulation(principal, action, resource, context);
    const allowed = await decide(simulation);
    if (this.#decisions.size >= CACHE_LIMIT) this.#decisions.clear();
    if (!dependsOnTime(simulation)) this.#decisions.set(question, allowed);
    return allowed;
  }

  /** @throws AwsError `AccessDenied`, in AWS's words. */
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

  #simulation(principal: Principal, action: string, resource: string, context: Context): Simulation {
    const holder = policyHolder(resource);
    const now = new Date();
    return {
      request: {
        principal: principal.kind === "anonymous" ? anonymousPrincipal : principal.arn,
        action,
        resource: { resource, accountId: ACCOUNT_ID },
        contextVariables: {
          // The hop to a stand-in on this machine is plain HTTP where AWS has TLS: policies see what they see on AWS.
          "aws:SecureTransport": "true",
          "aws:SourceIp": "127.0.0.1",
          "aws:CurrentTime": now.toISOString(),
          "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
          ...context,
        },
      },
      identityPolicies: this.#identities.policiesOf(principal),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: this.#resourcePolicies.get(holder),
      additionalSettings: { s3: { blockPublicAccess: this.#restrictedBuckets.has(holder) } },
    };
  }
}

async function decide(simulation: Simulation): Promise<boolean> {
  const answer = await runSimulation(simulation, {});
  if (answer.resultType === "error") {
    const { action, resource } = simulation.request;
    throw new CloudError(
      `IAM cannot evaluate ${action} on ${resource.resource}: ${answer.errors.message} ${JSON.stringify(answer.errors)}`,
    );
  }
  return answer.overallResult === "Allowed";
}

/** An object's policy is its bucket's; everything else holds its own. */
function policyHolder(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/", 1)[0] ?? resource) : resource;
}

function dependsOnTime({ identityPolicies, resourcePolicy }: Simulation): boolean {
  return /aws:(CurrentTime|EpochTime)/i.test(JSON.stringify([identityPolicies, resourcePolicy]));
}
