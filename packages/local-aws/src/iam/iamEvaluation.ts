import { ACCOUNT_ID } from "../awsProtocol";
import type { PolicyDocument } from "../cloud";
import { asStrings, conditionsHold } from "./iamConditions";
import { type Context, matches } from "./iamPatterns";
import { type Principal, roleArn } from "./identity";

/** A call that IAM decides on. */
interface IamRequest {
  principal: Principal;
  /** e.g. `s3:GetObject`. */
  action: string;
  /** The resource's ARN, or `*` for actions without a resource. */
  resource: string;
  context: Context;
}

/** The policies that apply, each validated by `checkPolicy`. */
interface ApplicablePolicies {
  /** Those of the caller's role or user. */
  identity: readonly PolicyDocument[];
  /** The resource's own: a bucket's, queue's or function's policy, or a role's trust policy. */
  resource?: PolicyDocument | undefined;
}

/** IAM's decision; an implicit deny means that no statement applies. */
export type Decision = "allow" | "explicitDeny" | "implicitDeny";

type Statement = PolicyDocument["Statement"][number];

/**
 * IAM's decision within one account: an explicit Deny wins; otherwise an Allow in either policy is enough. Exceptions: a
 * resource policy that names the account leaves the decision to the caller's own policies, and a role can be assumed only
 * by principals in its trust policy
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

/** Whether the statement's action, resource and conditions match the request; the caller is not considered. */
function applies(statement: Statement, { action, resource, context }: IamRequest): boolean {
  return (
    isAbout(statement, "Action", (pattern) => matches(pattern.toLowerCase(), action.toLowerCase(), "text")) &&
    isAbout(statement, "Resource", (pattern) => matches(pattern, resource, "resource")) &&
    conditionsHold(statement.Condition, context)
  );
}

/** Whether an element matches. A missing one does: trust policies have no Resource. */
function isAbout(
  statement: Statement,
  element: "Action" | "Resource",
  fits: (pattern: string) => boolean,
): boolean {
  const excluded = statement[`Not${element}`];
  if (excluded !== undefined) return !asStrings(excluded).some(fits);
  return statement[element] === undefined || asStrings(statement[element]).some(fits);
}

/** Whether the statement's principals include the caller, the caller's account as a whole, or neither. */
function named(statement: Statement, principal: Principal): "caller" | "account" | "nobody" {
  const names = namesIn(statement.Principal);
  if (names.has("*") || namesOf(principal).some((name) => names.has(name))) return "caller";
  const isOfAccount = principal.kind === "role" || principal.kind === "operator";
  const namesAccount = names.has(ACCOUNT_ID) || names.has(`arn:aws:iam::${ACCOUNT_ID}:root`);
  return isOfAccount && namesAccount ? "account" : "nobody";
}

/** The names in `"*"` or `{ AWS: …, Service: … }`, in one set: the two kinds cannot be confused. */
function namesIn(element: unknown): ReadonlySet<string> {
  return new Set(element === "*" ? ["*"] : Object.values(Object(element)).flatMap(asStrings));
}

/** The names that match a principal: for a role's session, both its own ARN and the role's. */
function namesOf(principal: Principal): string[] {
  if (principal.kind === "anonymous") return [];
  return principal.kind === "role" ? [principal.arn, roleArn(principal.role)] : [principal.arn];
}
