import { ACCOUNT_ID } from "../awsProtocol";
import type { PolicyDocument } from "../cloud";
import { asStrings, conditionsHold } from "./iamConditions";
import { type Context, matches } from "./iamPatterns";
import { type Principal, roleArn } from "./identity";

/** One question to IAM. */
export interface IamRequest {
  principal: Principal;
  /** e.g. `s3:GetObject`. */
  action: string;
  /** Its ARN, or `*` for actions that have none. */
  resource: string;
  context: Context;
}

/** The policies that have a say, each of them checked by `checkPolicy`. */
export interface ApplicablePolicies {
  /** What the caller's role or user has. */
  identity: readonly PolicyDocument[];
  /** What the resource has: a bucket's, queue's or function's policy, or a role's trust policy. */
  resource?: PolicyDocument | undefined;
}

/** IAM's answer. An implicit deny is that nobody said anything. */
export type Decision = "allow" | "explicitDeny" | "implicitDeny";

type Statement = PolicyDocument["Statement"][number];

/**
 * IAM's decision within one account: an explicit Deny wins; then either side's Allow is enough. But a resource's policy
 * that names the account leaves the decision to the account's own policies, and a role is assumed by nobody whom its
 * trust policy does not name
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
 */
export function evaluate(request: IamRequest, policies: ApplicablePolicies): Decision {
  const { principal } = request;
  const own = policies.identity.flatMap(({ Statement }) => Statement).filter((s) => applies(s, request));
  const onResource = (policies.resource?.Statement ?? [])
    .filter((statement) => applies(statement, request))
    .map((statement) => ({ Effect: statement.Effect, meant: meant(statement, principal) }))
    .filter(({ meant }) => meant !== "nobody");
  if ([...own, ...onResource].some(({ Effect }) => Effect === "Deny")) return "explicitDeny";
  if (onResource.some(({ meant }) => meant === "caller")) return "allow";
  const mayTrustOwn = request.action !== "sts:AssumeRole" || onResource.length > 0;
  return own.length > 0 && mayTrustOwn ? "allow" : "implicitDeny";
}

/** Whether the statement speaks of this action on this resource under these conditions, whoever asks. */
function applies(statement: Statement, { action, resource, context }: IamRequest): boolean {
  return (
    speaksOf(statement, "Action", (pattern) =>
      matches(pattern.toLowerCase(), action.toLowerCase(), "text"),
    ) &&
    speaksOf(statement, "Resource", (pattern) => matches(pattern, resource, "resource", context)) &&
    conditionsHold(statement.Condition, context)
  );
}

/** A trust policy has no Resource: it speaks of its role. */
function speaksOf(
  statement: Statement,
  element: "Action" | "Resource",
  isMeant: (pattern: string) => boolean,
): boolean {
  const excluded = statement[`Not${element}`];
  if (excluded !== undefined) return !asStrings(excluded).some(isMeant);
  return statement[element] === undefined || asStrings(statement[element]).some(isMeant);
}

/** Whom a resource's statement means, seen from the caller: him, his whole account, or others. */
function meant(statement: Statement, principal: Principal): "caller" | "account" | "nobody" {
  if (statement.NotPrincipal !== undefined)
    return isSpared(statement.NotPrincipal, principal) ? "nobody" : "caller";
  const names = namesIn(statement.Principal);
  if (names.has("*") || namesOf(principal).some((name) => names.has(name))) return "caller";
  return namesAccount(names, principal) ? "account" : "nobody";
}

/**
 * NotPrincipal spares a role or user only together with its account: services of AWS may look at the account first
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html).
 */
function isSpared(notPrincipal: unknown, principal: Principal): boolean {
  const names = namesIn(notPrincipal);
  if (names.has("*")) return true;
  const isNamed = namesOf(principal).some((name) => names.has(name));
  return isNamed && (principal.kind === "service" || namesAccount(names, principal));
}

/** `"*"` or `{ AWS: …, Service: … }`; the names of the kinds differ in form, so that they can lie together. */
function namesIn(element: unknown): ReadonlySet<string> {
  return new Set(element === "*" ? ["*"] : Object.values(Object(element)).flatMap(asStrings));
}

/** A role's session answers to its own ARN and to the role's. */
function namesOf(principal: Principal): string[] {
  if (principal.kind === "anonymous") return [];
  return principal.kind === "role" ? [principal.arn, roleArn(principal.role)] : [principal.arn];
}

function namesAccount(names: ReadonlySet<string>, { kind }: Principal): boolean {
  const isOfAccount = kind === "role" || kind === "operator";
  return isOfAccount && (names.has(ACCOUNT_ID) || names.has(`arn:aws:iam::${ACCOUNT_ID}:root`));
}
