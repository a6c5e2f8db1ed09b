// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so does IAM write its variables.
import { expect } from "chai";
import { conditionsHold } from "../../src/iam/iamConditions";
import type { Context } from "../../src/iam/iamPatterns";
import { checkPolicy } from "../../src/iam/policyCheck";
import { allow, decide, OBJECT, policyOf } from "./iam";

type Row = readonly [
  operator: string,
  wanted: unknown,
  found: string | readonly string[] | null,
  holds: boolean,
];

/** `null` is a request without the key. */
function check(rows: readonly Row[]): void {
  for (const [operator, wanted, found, holds] of rows) {
    it(`${operator} ${JSON.stringify(wanted)} ${holds ? "holds" : "does not hold"} for ${JSON.stringify(found)}`, () => {
      const Condition = { [operator]: { "aws:Key": wanted } };
      checkPolicy(policyOf([allow({ Condition })]), "identity", "the policy");
      expect(conditionsHold(Condition, found === null ? {} : { "AWS:key": found })).to.equal(holds);
    });
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
describe("IAM's condition operators", () => {
  describe("text", () => {
    check([
      ["StringEquals", ["a", "b"], "b", true],
      ["StringEquals", "a", "A", false],
      ["StringEquals", "a*", "ab", false],
      ["StringEquals", "a", null, false],
      ["StringNotEquals", ["a", "b"], "c", true],
      ["StringNotEquals", ["a", "b"], "b", false],
      ["StringNotEquals", "a", null, true],
      ["StringEqualsIgnoreCase", "Raw", "rAW", true],
      ["StringNotEqualsIgnoreCase", "Raw", "rAW", false],
      ["StringLike", "raw/*", "raw/a/b", true],
      ["StringLike", "raw/?", "raw/ab", false],
      ["StringLike", "RAW/*", "raw/a", false],
      ["StringNotLike", ["raw/*", "x"], "raw/a", false],
      ["StringNotLike", "raw/*", "x", true],
    ]);
  });

  describe("numbers, dates, truth and bytes", () => {
    check([
      ["NumericEquals", 10, "10.0", true],
      ["NumericNotEquals", "10", "10", false],
      ["NumericLessThan", "10", "9", true],
      ["NumericLessThan", "10", "10", false],
      ["NumericLessThanEquals", "10", "10", true],
      ["NumericGreaterThan", "-1", "0", true],
      ["NumericGreaterThanEquals", "2", "10", true],
      ["NumericLessThan", "10", "many", false],
      ["DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", true],
      ["DateGreaterThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", false],
      ["DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", true],
      ["DateNotEquals", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", true],
      ["DateLessThanEquals", "1767225600", "2026-01-01T00:00:00Z", true],
      ["DateGreaterThanEquals", "2026-01-01", "1767225599", false],
      ["Bool", "true", "true", true],
      ["Bool", false, "true", false],
      ["Bool", "false", null, false],
      ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", true],
      ["BinaryEquals", "QmluYXJ5", "qmluYXJ5", false],
    ]);
  });

  describe("addresses and ARNs", () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:raw";
    check([
      ["IpAddress", "203.0.113.0/24", "203.0.113.7", true],
      ["IpAddress", "203.0.113.0/24", "203.0.114.7", false],
      ["IpAddress", "203.0.113.7", "203.0.113.7", true],
      ["IpAddress", "2001:db8::/32", "2001:db8:1::1", true],
      ["IpAddress", "0.0.0.0/0", "2001:db8::1", false],
      ["NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "198.51.100.1", false],
      ["NotIpAddress", "203.0.113.0/24", null, true],
      ["ArnEquals", "arn:aws:sqs:*:000000000000:r*", queue, true],
      ["ArnLike", queue, queue, true],
      ["ArnLike", "arn:aws:sqs:*:*:other", queue, false],
      ["ArnLike", "arn:aws:s*:::raw", queue, false],
      ["ArnLike", "arn:aws:logs:*:*:*", "arn:aws:logs:us-east-1:000000000000:log-group:a:b", true],
      ["ArnLike", "arn:aws:logs:*:log-group:a", "arn:aws:logs:us-east-1:000000000000:log-group:a", false],
      ["ArnLike", "arn:aws:sqs:*:*:*", "raw", false],
      ["ArnNotEquals", "arn:aws:sqs:*:*:raw", queue, false],
      ["ArnNotLike", "arn:aws:sqs:*:*:other", queue, true],
    ]);
  });

  describe("absence and sets", () => {
    check([
      ["Null", "true", null, true],
      ["Null", "true", "x", false],
      ["Null", false, "x", true],
      ["Null", false, null, false],
      ["StringEqualsIfExists", "a", null, true],
      ["StringEqualsIfExists", "a", "b", false],
      ["BoolIfExists", "true", null, true],
      ["StringNotEqualsIfExists", "a", "a", false],
      ["ForAllValues:StringEquals", ["a", "b"], ["a", "b", "a"], true],
      ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
      ["ForAllValues:StringEquals", "a", null, true],
      ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], true],
      ["ForAnyValue:StringEquals", "a", ["b", "c"], false],
      ["ForAnyValue:StringEquals", "a", null, false],
      ["ForAllValues:StringNotEquals", ["a"], ["b", "a"], false],
      ["ForAnyValue:StringNotLike", ["a*"], ["ab", "b"], true],
      ["ForAnyValue:StringNotEquals", "a", null, false],
      ["ForAnyValue:StringLikeIfExists", "a*", null, true],
    ]);
  });

  it("hold only together, over operators and over keys", () => {
    const both = { StringEquals: { a: "1", b: "2" }, Bool: { c: "true" } };
    expect(conditionsHold(both, { a: "1", b: "2", c: "true" })).to.equal(true);
    for (const key of ["a", "b", "c"])
      expect(conditionsHold(both, { a: "1", b: "2", c: "true", [key]: "3" }), key).to.equal(false);
  });
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
describe("IAM's policy variables", () => {
  const read = (Resource: string, context: Context, on = OBJECT) =>
    decide({ identity: [allow({ Resource })], context, on });
  const mine = "arn:aws:s3:::data/home/${aws:username}/*";

  it("stand for the request's own value", () => {
    expect(read(mine, { "aws:username": "ann" }, "arn:aws:s3:::data/home/ann/x")).to.equal("allow");
    expect(read(mine, { "aws:username": "ann" }, "arn:aws:s3:::data/home/bob/x")).to.equal("implicitDeny");
  });

  it("match nothing when the request has no such key, unless they bring a value of their own", () => {
    expect(read(mine, {}, "arn:aws:s3:::data/home//x")).to.equal("implicitDeny");
    const orGuest = "arn:aws:s3:::data/home/${aws:username, 'guest'}/*";
    expect(read(orGuest, {}, "arn:aws:s3:::data/home/guest/x")).to.equal("allow");
  });

  it("match nothing when the request has several values", () => {
    expect(read(mine, { "aws:username": ["ann", "bob"] }, "arn:aws:s3:::data/home/ann/x")).to.equal(
      "implicitDeny",
    );
  });

  it("are no parts of an ARN, whatever colons they hold", () => {
    const group = "arn:aws:logs:${aws:RequestedRegion}:0*0:log-group:x";
    const context = { "aws:RequestedRegion": "us-east-1" };
    expect(read(group, context, "arn:aws:logs:us-east-1:000000000000:log-group:x")).to.equal("allow");
    const other = "arn:aws:logs:us-east-1:000000000000:log-group:0:log-group:x";
    expect(read(group, context, other)).to.equal("implicitDeny");
  });

  it("are no wildcards, whatever their value holds", () => {
    expect(read(mine, { "aws:username": "*" }, "arn:aws:s3:::data/home/ann/x")).to.equal("implicitDeny");
    const Condition = { StringLike: { "s3:prefix": "${aws:username}/*" } };
    expect(conditionsHold(Condition, { "aws:username": "a?", "s3:prefix": "ab/x" })).to.equal(false);
    expect(conditionsHold(Condition, { "aws:username": "a?", "s3:prefix": "a?/x" })).to.equal(true);
  });

  it("write a star, a question mark and a dollar as such", () => {
    const Condition = { StringLike: { k: "a${*}b${?}c${$}*" } };
    expect(conditionsHold(Condition, { k: "a*b?c$$" })).to.equal(true);
    expect(conditionsHold(Condition, { k: "axb?c$" })).to.equal(false);
  });

  it("work in comparisons of text and of ARNs", () => {
    const context = { "aws:username": "ann", k: "Ann", arn: "arn:aws:iam::000000000000:user/ann" };
    expect(conditionsHold({ StringEqualsIgnoreCase: { k: "${aws:username}" } }, context)).to.equal(true);
    expect(conditionsHold({ ArnEquals: { arn: "arn:aws:iam::*:user/${aws:username}" } }, context)).to.equal(
      true,
    );
    expect(conditionsHold({ StringEquals: { k: "${aws:userid}" } }, { k: "" })).to.equal(false);
  });
});
