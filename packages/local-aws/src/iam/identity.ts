import { randomBytes } from "node:crypto";
import { ACCOUNT_ID, AwsError } from "../awsProtocol";
import type { Credentials, PolicyDocument } from "../cloud";
import type { RoleState } from "../cloudState";
import { checkPolicy } from "./policyCheck";

/** The caller. `service` is an AWS service, e.g. S3 when it notifies a queue. */
export type Principal =
  | { kind: "operator"; arn: string }
  | { kind: "role"; arn: string; role: string }
  | { kind: "service"; arn: string }
  | { kind: "anonymous"; arn: "anonymous" };

export const ANONYMOUS: Principal = { kind: "anonymous", arn: "anonymous" };

interface Role {
  arn: string;
  trust: PolicyDocument;
  policies: Map<string, PolicyDocument>;
}

/** IAM's roles, STS's temporary credentials and the operator's keys. */
export class Identities {
  readonly operator: Credentials = newCredentials("AKIA");
  readonly #operatorPrincipal: Principal = {
    kind: "operator",
    arn: `arn:aws:iam::${ACCOUNT_ID}:user/operator`,
  };
  readonly #roles = new Map<string, Role>();
  readonly #sessions = new Map<string, { credentials: Credentials; principal: Principal }>();

  /** Creates the role or replaces its trust policy; its other policies stay. */
  putRole(name: string, trust: PolicyDocument): { arn: string } {
    checkPolicy(trust, "trust", `the trust policy of role ${name}`);
    const arn = roleArn(name);
    const policies = this.#roles.get(name)?.policies ?? new Map<string, PolicyDocument>();
    this.#roles.set(name, { arn, trust, policies });
    return { arn };
  }

  deleteRole(name: string): void {
    this.#roles.delete(name);
  }

  /** @throws AwsError `NoSuchEntity` if there is no such role. */
  putRolePolicy(name: string, policyName: string, policy: PolicyDocument | null): void {
    const role = this.#roles.get(name);
    if (!policy) {
      role?.policies.delete(policyName);
      return;
    }
    if (!role) throw new AwsError(404, "NoSuchEntity", `The role with name ${name} cannot be found.`);
    checkPolicy(policy, "identity", `policy ${policyName} of role ${name}`);
    role.policies.set(policyName, policy);
  }

  describeRole(name: string): RoleState | undefined {
    const role = this.#roles.get(name);
    return role && { assumeRolePolicy: role.trust, policies: Object.fromEntries(role.policies) };
  }

  roleNames(): Iterable<string> {
    return this.#roles.keys();
  }

  /** The role with this ARN. */
  roleByArn(arn: string): { name: string; arn: string; trust: PolicyDocument } | undefined {
    for (const [name, role] of this.#roles) if (role.arn === arn) return { name, arn, trust: role.trust };
    return undefined;
  }

  /** The principal's own policies; empty for a deleted role. */
  policiesOf(principal: Principal): PolicyDocument[] {
    if (principal.kind === "operator") return [EVERYTHING];
    if (principal.kind !== "role") return [];
    return [...(this.#roles.get(principal.role)?.policies.values() ?? [])];
  }

  /** Issues temporary credentials for a role, as STS's AssumeRole does; valid until {@link revoke}d. */
  assumeRole(role: string, session: string): { credentials: Credentials; principal: Principal } {
    const credentials = { ...newCredentials("ASIA"), sessionToken: randomBytes(96).toString("base64") };
    const principal = rolePrincipal(role, session);
    this.#sessions.set(credentials.accessKeyId, { credentials, principal });
    return { credentials, principal };
  }

  revoke(accessKeyId: string): void {
    this.#sessions.delete(accessKeyId);
  }

  /** The key's credentials and owner; undefined for an unknown key. */
  lookUp(accessKeyId: string): { credentials: Credentials; principal: Principal } | undefined {
    if (accessKeyId === this.operator.accessKeyId) {
      return { credentials: this.operator, principal: this.#operatorPrincipal };
    }
    return this.#sessions.get(accessKeyId);
  }
}

/** The ARN of a role in this account. */
export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;
}

/** A session of a role, with the ARN that AWS would assign. */
export function rolePrincipal(role: string, session: string): Principal {
  return { kind: "role", role, arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role}/${session}` };
}

/** An AWS service, e.g. `s3.amazonaws.com`. */
export function servicePrincipal(name: string): Principal {
  return { kind: "service", arn: name };
}

const EVERYTHING: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** With AWS's prefixes: AKIA for long-term keys, ASIA for temporary ones. */
function newCredentials(prefix: "AKIA" | "ASIA"): Credentials {
  const id = randomBytes(8).toString("hex").toUpperCase();
  return { accessKeyId: `${prefix}${id}`, secretAccessKey: randomBytes(30).toString("base64") };
}
