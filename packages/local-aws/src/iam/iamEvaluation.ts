import { ACCOUNT_ID } from "../awsProtocol";
import type { PolicyDocument } from "../cloud";
import { asStrings, conditionsHold } from "./iamConditions";
import { type Context, matches } from "./iamPatterns";
import { type Principal, roleArn } from "./identity";

/** One question to IAM. */
interface IamRequest {
  principal: Principal;
  /** e.g. `s3:GetObject`. */
  action: string;
  /** Its ARN, or `*` for actions that have none. */
  resource: string;
  context: Context;
}

/** The policies that decide, each of them checked by `checkPolicy`. */
interface ApplicablePolicies {
  /** What the caller's role or user has. */
  identity: readonly PolicyDocument[];
  /** What the resource has: a bucket's, queue's or function's policy, or a role's trust policy. */
  resource?: PolicyDocument | undefined;
}

/** IAM's answer; an implicit deny is one that no statement asks for. */
export type Decision = "allow" | "explicitDeny" | "implicitDeny";

type Statement = PolicyDocument["Statement"][number];

/**
 * IAM's decision within one account: an explicit Deny wins; then either side's Allow is enough. But a resource's policy
 * that names the account leaves the decision to the account's own policies, and only those whom its trust policy names
 * may assume a role
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
 */
export function evaluate(request: IamRequest, policies: ApplicablePolicies): Decision {
  const { principal } = request;
  const own = policies.identity.flatMap(({ Statement }) => Statement).filter((s) => applies(s, request));
  const onResource = (policies.resource?.Statement ?? [])
    .filter((statement) => applies(statement, request))
    .map((statement) => ({ Effect: statement.Effect, whom: named(statement, principal) }))
    .filter(({ whom }) => whom !== "nobody");
  if ([...own, ...onResource].some(({ Effect }) => Effect === "Deny")) return "explicitDeny";
  if (onResource.some(({ whom }) => whom === "caller")) return "allow";
  const mayTrustOwn = request.action !== "sts:AssumeRole" || onResource.length > 0;
  return own.length > 0 && mayTrustOwn ? "allow" : "implicitDeny";
}

/** Whether the statement is about this action on this resource under these conditions, for any caller. */
function applies(statement: Statement, { action, resource, context }: IamRequest): boolean {
  return (
    isAbout(statement, "Action", (pattern) => matches(pattern.toLowerCase(), action.toLowerCase(), "text")) &&
    isAbout(statement, "Resource", (pattern) => matches(pattern, resource, "resource")) &&
    conditionsHold(statement.Condition, context)
  );
}

/** A trust policy has no Resource: it is about its role. */
function isAbout(
  statement: Statement,
  element: "Action" | "Resource",
  fits: (pattern: string) => boolean,
): boolean {
  const excluded = statement[`Not${element}`];
  if (excluded !== undefined) return !asStrings(excluded).some(fits);
  return statement[element] === undefined || asStrings(statement[element]).some(fits);
}

/** Whom a resource's statement names, seen from the caller: the caller, its whole account, or others. */
function named(statement: Statement, principal: Principal): "caller" | "account" | "nobody" {
  const names = namesIn(statement.Principal);
  if (names.has("*") || namesOf(principal).some((name) => names.has(name))) return "caller";
  const isOfAccount = principal.kind === "role" || principal.kind === "operator";
  const namesAccount = names.has(ACCOUNT_ID) || names.has(`arn:aws:iam::${ACCOUNT_ID}:root`);
  return isOfAccount && namesAccount ? "account" : "nobody";
}

/** `"*"` or `{ AWS: …, Service: … }`; the names of the kinds differ in form, so one set holds them all. */
function namesIn(element: unknown): ReadonlySet<string> {
  return new Set(element === "*" ? ["*"] : Object.values(Object(element)).flatMap(asStrings));
}

/** A role's session goes by its own ARN and by the role's. */
function namesOf(principal: Principal): string[] {
  if (principal.kind === "anonymous") return [];
  return principal.kind === "role" ? [principal.arn, roleArn(principal.role)] : [principal.arn];
}
