import { expect } from "chai";
import { Authorizer } from "../../src/iam/authorization";
import { Identities } from "../../src/iam/identity";
import { ACCOUNT, allow, BUCKET, CALLERS, OBJECT, policyOf, ROLE_ARN, type Statement } from "./iam";

/** Whether the caller may read an object in a bucket with this policy. */
function ask(statement: Statement, caller: keyof typeof CALLERS, restricted = false): Promise<boolean> {
  const authorizer = new Authorizer(new Identities());
  authorizer.setResourcePolicy(BUCKET, policyOf([statement]));
  authorizer.setRestrictPublicBuckets(BUCKET, restricted);
  return authorizer.isAllowed(CALLERS[caller], "s3:GetObject", OBJECT);
}

/** The callers for which the condition holds. */
async function meeting(Condition: Statement): Promise<string[]> {
  const statement = allow({ Principal: "*", Condition });
  const met: string[] = [];
  for (const caller of ["role", "service", "anonymous"] as const)
    if (await ask(statement, caller)) met.push(caller);
  return met;
}

describe("the context of a request", () => {
  it("identifies the caller", async () => {
    expect(await meeting({ ArnEquals: { "aws:PrincipalArn": ROLE_ARN } })).to.deep.equal(["role"]);
    expect(await meeting({ StringEquals: { "aws:PrincipalAccount": ACCOUNT } })).to.deep.equal(["role"]);
    expect(await meeting({ StringEquals: { "aws:PrincipalType": "AssumedRole" } })).to.deep.equal(["role"]);
    expect(await meeting({ StringEquals: { "aws:PrincipalType": "Anonymous" } })).to.deep.equal([
      "anonymous",
    ]);
    expect(await meeting({ Bool: { "aws:PrincipalIsAWSService": "true" } })).to.deep.equal(["service"]);
    expect(await meeting({ StringEquals: { "aws:SourceIp": "127.0.0.1" } })).to.deep.equal([
      "role",
      "anonymous",
    ]);
  });

  it("includes the time, and says that the transport was secure", async () => {
    const all = ["role", "service", "anonymous"];
    const [before, after] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    const now = (key: string) => ({
      DateGreaterThan: { [key]: before.toISOString() },
      DateLessThan: { [key]: after.toISOString() },
    });
    expect(await meeting(now("aws:CurrentTime"))).to.deep.equal(all);
    expect(await meeting(now("aws:EpochTime"))).to.deep.equal(all);
    expect(await meeting({ Bool: { "aws:SecureTransport": "true" } })).to.deep.equal(all);
    expect(await meeting({ StringEquals: { "aws:ResourceAccount": ACCOUNT } })).to.deep.equal(all);
  });
});

describe("RestrictPublicBuckets", () => {
  const everybody = allow({ Principal: "*" });

  it("shuts strangers out of a bucket with a public policy, and nobody else", async () => {
    expect(await ask(everybody, "anonymous")).to.equal(true);
    expect(await ask(everybody, "anonymous", true)).to.equal(false);
    expect(await ask(everybody, "role", true)).to.equal(true);
    expect(await ask(everybody, "service", true)).to.equal(true);
  });

  it("changes nothing for a policy that is not public", async () => {
    const Condition = { StringEquals: { "aws:SourceIp": "127.0.0.1" } };
    expect(await ask({ ...everybody, Condition }, "anonymous", true)).to.equal(true);
  });
});
