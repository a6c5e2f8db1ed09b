// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM writes its variables this way.
import { expect } from "chai";
import type { AwsError } from "../../src/awsProtocol";
import { checkPolicy, isPublic, type PolicyKind } from "../../src/iam/policyCheck";
import { allow, deny, policyOf, ROLE_ARN, type Statement } from "./iam";

/** The error for an invalid statement; undefined for a valid one. */
function faultOf(statement: Statement, kind: PolicyKind = "identity"): string | undefined {
  try {
    checkPolicy(policyOf([statement]), kind, "policy p");
    return undefined;
  } catch (error) {
    expect(error).to.include({ code: "MalformedPolicyDocument", status: 400 });
    return (error as AwsError).message;
  }
}

const when = (operator: string, value: unknown) => allow({ Condition: { [operator]: { "aws:Key": value } } });
const everyone = { Principal: "*" };

describe("the check of a new policy", () => {
  const refused: readonly (readonly [name: string, statement: Statement, kind: PolicyKind, why: RegExp])[] = [
    [
      "an unknown operator",
      when("StringFoo", "x"),
      "identity",
      /statement 1: the condition operator StringFoo is not implemented/,
    ],
    ["a negation that IAM does not have", when("BoolNot", "x"), "identity", /operator BoolNot/],
    ["a name that objects inherit", when("constructor", "x"), "identity", /operator constructor/],
    ["Null with IfExists", when("NullIfExists", "true"), "identity", /operator NullIfExists/],
    [
      "text for a number",
      when("NumericEquals", "many"),
      "identity",
      /NumericEquals needs a number, not "many"/,
    ],
    [
      "an operator for addresses",
      when("IpAddress", "203.0.113.0/24"),
      "identity",
      /operator IpAddress is not/,
    ],
    ["an operator for bytes", when("BinaryEquals", "QmluYXJ5"), "identity", /operator BinaryEquals is not/],
    [
      "an operator for sets",
      when("ForAnyValue:StringEquals", "x"),
      "identity",
      /ForAnyValue:StringEquals is not/,
    ],
    ["…IfExists", when("StringEqualsIfExists", "x"), "identity", /operator StringEqualsIfExists is not/],
    ["a date without a time zone", when("DateLessThan", "2026-01-01T00:00:00"), "identity", /needs a date/],
    ["text for an ARN", when("ArnLike", "*"), "identity", /needs an ARN/],
    ["text for a boolean", when("Null", "yes"), "identity", /Null needs true or false/],
    ["a value that is an object", when("StringEquals", { Ref: "x" }), "identity", /StringEquals needs text/],
    [
      "a condition without a key",
      allow({ Condition: { StringEquals: "x" } }),
      "identity",
      /not an object of condition keys/,
    ],
    [
      "a variable in a condition",
      when("StringLike", "${aws:username}/*"),
      "identity",
      /variable in \$\{aws:username\}/,
    ],
    [
      "a variable in a resource",
      allow({ Resource: "arn:aws:s3:::${aws:username}" }),
      "identity",
      /the policy variable/,
    ],
    ["text for a condition", allow({ Condition: "x" }), "identity", /not an object of operators/],
    ["an action that is a number", allow({ Action: 5 }), "identity", /a service and a name/],
    [
      "NotPrincipal in a trust policy",
      { Effect: "Deny", Action: "sts:AssumeRole", NotPrincipal: { AWS: ROLE_ARN } },
      "trust",
      /element NotPrincipal is not implemented/,
    ],
    [
      "a misspelt element",
      allow({ Conditions: {} }),
      "identity",
      /the element Conditions is not implemented/,
    ],
    ["another effect", allow({ Effect: "allow" }), "identity", /Effect must be Allow or Deny/],
    ["no action", allow({ Action: undefined }), "identity", /either Action or NotAction/],
    ["action and NotAction", allow({ NotAction: "s3:*" }), "identity", /either Action or NotAction/],
    ["an action without its service", allow({ Action: "GetObject" }), "identity", /a service and a name/],
    [
      "an empty list of excluded actions",
      allow({ Action: undefined, NotAction: [] }),
      "identity",
      /a service and a name/,
    ],
    ["no resource", allow({ Resource: undefined }), "identity", /either Resource or NotResource/],
    ["text for a resource", allow({ Resource: "data/*" }), "identity", /a resource is \* or an ARN/],
    [
      "a wildcard for the service",
      allow({ Resource: "arn:aws:s*:::data" }),
      "identity",
      /wildcards in its service/,
    ],
    ["a principal on a role", allow(everyone), "identity", /a policy of this kind has no Principal/],
    ["no principal on a bucket", allow(), "resource", /needs a Principal/],
    ["a resource in a trust policy", allow(everyone), "trust", /a policy of this kind has no Resource/],
    [
      "a wildcard in a principal",
      allow({ Principal: { AWS: `${ROLE_ARN}*` } }),
      "resource",
      /is not a principal of the kind AWS/,
    ],
    [
      "a service with an invalid name",
      allow({ Principal: { Service: "s3" } }),
      "resource",
      /is not a principal of the kind Service/,
    ],
    [
      "a kind of principal that is not implemented",
      allow({ Principal: { CanonicalUser: "x" } }),
      "resource",
      /CanonicalUser/,
    ],
    ["text for a principal", allow({ Principal: ROLE_ARN }), "resource", /a principal is "\*" or/],
    [
      "NotPrincipal on a bucket",
      deny({ NotPrincipal: { AWS: ROLE_ARN } }),
      "resource",
      /element NotPrincipal is not implemented/,
    ],
  ];
  for (const [name, statement, kind, why] of refused) {
    it(`refuses ${name}`, () => expect(faultOf(statement, kind)).to.match(why));
  }

  it("accepts what IAM accepts", () => {
    const conditions = { StringNotLike: { k: ["a*", true] }, Null: { k: false } };
    expect(faultOf(allow({ Sid: "S", Condition: conditions }))).to.equal(undefined);
    expect(faultOf(deny({ Principal: { AWS: ROLE_ARN } }), "resource")).to.equal(undefined);
    const trust = {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com" },
    };
    expect(faultOf(trust, "trust")).to.equal(undefined);
  });

  it("refuses an old version and a policy without statements", () => {
    expect(() => checkPolicy({ Version: "2008-10-17", Statement: [allow()] }, "identity", "p")).to.throw(
      /2012-10-17/,
    );
    expect(() => checkPolicy(policyOf([]), "identity", "p")).to.throw(/no statement/);
  });
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
describe("a bucket policy", () => {
  const narrowed = (Condition: unknown) => isPublic(policyOf([allow({ ...everyone, Condition })]));

  it("is public when it allows everybody something", () => {
    expect(isPublic(policyOf([allow(everyone)]))).to.equal(true);
    expect(isPublic(policyOf([allow({ Principal: { AWS: ["*"] } })]))).to.equal(true);
    expect(isPublic(policyOf([deny(everyone), allow({ Principal: { AWS: ROLE_ARN } })]))).to.equal(false);
  });

  it("is not public when a condition restricts it to fixed values", () => {
    expect(narrowed({ StringEquals: { "AWS:SourceAccount": "000000000000" } })).to.equal(false);
    expect(narrowed({ StringLike: { "aws:SourceAccount": "0*" } })).to.equal(true);
    expect(narrowed({ StringNotEquals: { "aws:SourceAccount": "000000000000" } })).to.equal(true);
    expect(narrowed({ StringLike: { "s3:prefix": "raw" } })).to.equal(true);
  });
});
