import { AwsError } from "./awsProtocol";
import type { PolicyDocument } from "./cloud";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const CONDITION_OPERATOR =
  /^((ForAllValues|ForAnyValue):)?((String(Not)?(Equals|EqualsIgnoreCase|Like)|Numeric((Not)?Equals|(LessThan|GreaterThan)(Equals)?)|Date((Not)?Equals|(LessThan|GreaterThan)(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?|Null)$/;

/**
 * Refuses a policy that IAM would refuse, or that the simulator would read as something milder than it says: it treats
 * a condition operator that it does not know as one that never matches, and so would ignore a `Deny`.
 *
 * @throws AwsError `MalformedPolicyDocument`, saying which statement and why.
 */
export function checkPolicy(policy: PolicyDocument, of: string): void {
  if (policy.Version !== "2012-10-17")
    fail(of, `Version must be "2012-10-17", not ${JSON.stringify(policy.Version)}`);
  if (!Array.isArray(policy.Statement) || policy.Statement.length === 0) fail(of, "it has no statement");
  policy.Statement.forEach((statement, index) => {
    const where = `${of}, statement ${index + 1}`;
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
      fail(where, "Effect must be Allow or Deny");
    if (!statement.Action && !statement.NotAction) fail(where, "it names no Action");
    for (const operator of Object.keys(conditionOf(statement))) {
      if (!CONDITION_OPERATOR.test(operator)) fail(where, `there is no condition operator ${operator}`);
    }
  });
}

/** Conditions on these keys keep a policy for `*` from being public, in S3's reading. */
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

/** Whether S3 calls the bucket policy public: it allows everybody something, without a narrowing condition. */
export function isPublic(policy: PolicyDocument): boolean {
  return policy.Statement.some((statement) => {
    if (statement.Effect !== "Allow" || !isEverybody(statement.Principal)) return false;
    const keys = Object.values(conditionOf(statement)).flatMap((keys) => Object.keys(Object(keys)));
    return !keys.some((key) => NARROWING_KEYS.has(key.toLowerCase()));
  });
}

function isEverybody(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null) return false;
  return Object.values(principal).flat().includes("*");
}

function conditionOf(statement: Record<string, unknown>): Record<string, unknown> {
  return Object(statement.Condition ?? {});
}

function fail(where: string, why: string): never {
  throw new AwsError(400, "MalformedPolicyDocument", `In ${where}: ${why}.`);
}
