import { expect } from "chai";
import { conditionsHold } from "../../src/iam/iamConditions";
import { checkPolicy } from "../../src/iam/policyCheck";
import { allow, policyOf } from "./iam";

type Row = readonly [operator: string, wanted: unknown, found: string | null, holds: boolean];

/** `null` stands for a request without the key. */
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

  describe("numbers, dates and booleans", () => {
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
    ]);
  });

  describe("ARNs", () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:raw";
    check([
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

  describe("absence", () => {
    check([
      ["Null", "true", null, true],
      ["Null", "true", "x", false],
      ["Null", false, "x", true],
      ["Null", false, null, false],
    ]);
  });

  it("must all hold, across operators and keys", () => {
    const both = { StringEquals: { a: "1", b: "2" }, Bool: { c: "true" } };
    expect(conditionsHold(both, { a: "1", b: "2", c: "true" })).to.equal(true);
    for (const key of ["a", "b", "c"])
      expect(conditionsHold(both, { a: "1", b: "2", c: "true", [key]: "3" }), key).to.equal(false);
  });
});
