import type { PolicyDocument } from "../../src/cloud";
import { type Decision, evaluate } from "../../src/iam/iamEvaluation";
import type { Context } from "../../src/iam/iamPatterns";
import { ANONYMOUS, type Principal, rolePrincipal, servicePrincipal } from "../../src/iam/identity";
import { checkPolicy } from "../../src/iam/policyCheck";

/** A policy statement, or a part of one. */
export type Statement = Record<string, unknown>;

export const ACCOUNT = "000000000000";
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/reader`;
export const ROOT_ARN = `arn:aws:iam::${ACCOUNT}:root`;
export const BUCKET = "arn:aws:s3:::data";
export const OBJECT = `${BUCKET}/raw/a.csv`;

/** Every kind of caller. */
export const CALLERS = {
  role: rolePrincipal("reader", "session"),
  operator: { kind: "operator", arn: `arn:aws:iam::${ACCOUNT}:user/operator` },
  service: servicePrincipal("s3.amazonaws.com"),
  anonymous: ANONYMOUS,
} satisfies Record<string, Principal>;

/** A request to decide on; by default, the role reads an object. */
export interface Question {
  identity?: readonly Statement[];
  resource?: readonly Statement[];
  trust?: readonly Statement[];
  caller?: keyof typeof CALLERS;
  action?: string;
  on?: string;
  context?: Context;
}

/** IAM's decision, after checking the policies. */
export function decide(question: Question): Decision {
  const { identity = [], caller = "role", action = "s3:GetObject", on = OBJECT, context = {} } = question;
  const own = identity.map((statement) => policyOf([statement]));
  for (const policy of own) checkPolicy(policy, "identity", "the role's policy");
  const statements = question.resource ?? question.trust;
  const resource = statements && policyOf(statements);
  if (resource) checkPolicy(resource, question.trust ? "trust" : "resource", "the resource's policy");
  return evaluate({ principal: CALLERS[caller], action, resource: on, context }, { identity: own, resource });
}

export function policyOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Allows reading everything, unless `more` says otherwise. */
export function allow(more: Statement = {}): Statement {
  return { Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...more };
}

export function deny(more: Statement = {}): Statement {
  return { ...allow(more), Effect: "Deny" };
}
