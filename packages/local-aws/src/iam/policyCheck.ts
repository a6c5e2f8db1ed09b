import { badRequest } from "../awsProtocol";
import type { PolicyDocument } from "../cloud";
import { asStrings, conditionFault, operatorOf } from "./iamConditions";
import { hasVariable } from "./iamPatterns";

/** A role's policy, a resource's (bucket, queue, function), or a role's trust policy. */
export type PolicyKind = "identity" | "resource" | "trust";

type Statement = PolicyDocument["Statement"][number];

const ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
/** No wildcards in the service. */
const ACTION = /^(\*|[a-z0-9-]+:[\w*?]+)$/i;
const RESOURCE = /^(\*|arn:[^:]+:[^:*?]+:.+)$/;
/** No wildcards within a principal. */
const AWS_PRINCIPAL = /^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:[^*?]+)$/;
const SERVICE_PRINCIPAL = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/;

/**
 * Refuses a policy that IAM would refuse, or that has an element, condition operator or principal not implemented here:
 * ignoring that would change the policy's meaning
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
 *
 * @throws AwsError `MalformedPolicyDocument` with the statement and the reason.
 */
export function checkPolicy(policy: PolicyDocument, kind: PolicyKind, of: string): void {
  if (policy.Version !== "2012-10-17")
    fail(of, `Version must be "2012-10-17", not ${JSON.stringify(policy.Version)}`);
  if (!Array.isArray(policy.Statement) || policy.Statement.length === 0) fail(of, "it has no statement");
  policy.Statement.forEach((statement, index) => {
    const fault = statementFault(statement, kind);
    if (fault) fail(`${of}, statement ${index + 1}`, fault);
  });
}

function statementFault(statement: Statement, kind: PolicyKind): string | undefined {
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.includes(element));
  if (unknown) return `the element ${unknown} is not implemented`;
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return "Effect must be Allow or Deny";
  return (
    oneOf(statement, "Action", true) ??
    oneOf(statement, "Resource", kind !== "trust") ??
    principalFault(statement.Principal, kind) ??
    listFault(statement, "Action", ACTION, "an action is a service and a name, e.g. s3:GetObject") ??
    listFault(
      statement,
      "Resource",
      RESOURCE,
      "a resource is * or an ARN, without wildcards in its service",
    ) ??
    (statement.Condition === undefined ? undefined : conditionFault(statement.Condition))
  );
}

/** Checks that a statement has either the element or its `Not…` form, or neither if it is not `needed`. */
function oneOf(statement: Statement, element: string, needed: boolean): string | undefined {
  const count = [element, `Not${element}`].filter((name) => statement[name] !== undefined).length;
  if (!needed) return count === 0 ? undefined : `a policy of this kind has no ${element}`;
  return count === 1 ? undefined : `it needs either ${element} or Not${element}`;
}

function listFault(
  statement: Statement,
  element: string,
  form: RegExp,
  expected: string,
): string | undefined {
  const given = statement[element] ?? statement[`Not${element}`];
  if (given === undefined) return undefined;
  const values: unknown[] = [given].flat();
  const variable = values.find((value) => hasVariable(String(value)));
  if (variable) return `the policy variable in ${variable} is not implemented`;
  const isGood = (value: unknown) => typeof value === "string" && form.test(value);
  return values.length > 0 && values.every(isGood) ? undefined : `${expected}, not ${JSON.stringify(given)}`;
}

/** `Federated` is accepted, but matches nobody: this cloud has no federated principals. */
function principalFault(principal: unknown, kind: PolicyKind): string | undefined {
  if (kind === "identity")
    return principal === undefined ? undefined : "a policy of this kind has no Principal";
  if (principal === undefined) return "it needs a Principal";
  if (principal === "*") return undefined;
  const kinds = typeof principal === "object" ? Object.entries(Object(principal)) : [];
  if (kinds.length === 0) return `a principal is "*" or { AWS, Service }, not ${JSON.stringify(principal)}`;
  for (const [type, names] of kinds) {
    const form = { AWS: AWS_PRINCIPAL, Service: SERVICE_PRINCIPAL, Federated: /^[^*]+$/ }[type];
    if (!form) return `principals of the kind ${type} are not implemented`;
    const wrong = asStrings(names).find((name) => !form.test(name));
    if (wrong !== undefined) return `${JSON.stringify(wrong)} is not a principal of the kind ${type}`;
  }
  return undefined;
}

/** A policy for `*` with a condition on one of these keys does not count as public for S3. */
const NARROWING_KEYS = new Set(
  [
    "SourceArn",
    "SourceAccount",
    "SourceVpc",
    "SourceVpce",
    "SourceOwner",
    "SourceIp",
    "PrincipalOrgID",
    "PrincipalArn",
    "PrincipalAccount",
  ].map((key) => `aws:${key}`.toLowerCase()),
);

/**
 * Whether S3 considers the bucket policy public: it allows everybody something, without a condition that restricts it to
 * fixed values
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status).
 */
export function isPublic(policy: PolicyDocument): boolean {
  return policy.Statement.some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Allow" && isEverybody(Principal) && !Object.entries(Object(Condition)).some(narrows),
  );
}

function narrows([operator, keys]: [string, unknown]): boolean {
  if (operatorOf(operator)?.negated !== false) return false;
  return Object.entries(Object(keys)).some(
    ([key, values]) =>
      NARROWING_KEYS.has(key.toLowerCase()) && asStrings(values).every((value) => !/[*?]/.test(value)),
  );
}

function isEverybody(principal: unknown): boolean {
  return principal === "*" || Object.values(Object(principal)).flat().includes("*");
}

function fail(where: string, why: string): never {
  throw badRequest("MalformedPolicyDocument", `In ${where}: ${why}.`);
}
