import { expect } from "chai";
import type { Decision } from "../../src/iam/iamEvaluation";
import {
  ACCOUNT,
  allow,
  BUCKET,
  CALLERS,
  decide,
  deny,
  OBJECT,
  type Question,
  ROLE_ARN,
  ROOT_ARN,
} from "./iam";

type Cases = readonly (readonly [name: string, question: Question, decision: Decision])[];

function check(cases: Cases): void {
  for (const [name, question, decision] of cases)
    it(`${name}: ${decision}`, () => expect(decide(question)).to.equal(decision));
}

const everyone = { Principal: "*" };
const service = { Service: "s3.amazonaws.com" };
const trust = { Effect: "Allow", Action: "sts:AssumeRole" };
const assume: Question = { action: "sts:AssumeRole", on: ROLE_ARN };
const assumeAny = allow({ Action: "sts:AssumeRole" });

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
describe("IAM's evaluation of policies in one account", () => {
  describe("allow and deny", () => {
    check([
      ["no policy", {}, "implicitDeny"],
      ["the role's policy allows", { identity: [allow()] }, "allow"],
      ["another policy of the role denies", { identity: [allow(), deny()] }, "explicitDeny"],
      ["a denial of something else", { identity: [allow(), deny({ Action: "s3:PutObject" })] }, "allow"],
      [
        "the bucket's policy alone allows the role",
        { resource: [allow({ Principal: { AWS: ROLE_ARN } })] },
        "allow",
      ],
      [
        "the bucket's policy denies everybody",
        { identity: [allow()], resource: [deny(everyone)] },
        "explicitDeny",
      ],
      [
        "the role's policy denies what the bucket's allows",
        { identity: [deny()], resource: [allow(everyone)] },
        "explicitDeny",
      ],
      ["the bucket's policy names others", { resource: [allow({ Principal: service })] }, "implicitDeny"],
    ]);
  });

  describe("actions and resources", () => {
    const on = (Resource: string | string[], resource = OBJECT): Question => ({
      identity: [allow({ Resource })],
      on: resource,
    });
    const group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f";
    check([
      ["an action in different case", { identity: [allow({ Action: "S3:getobject" })] }, "allow"],
      ["an action in a list", { identity: [allow({ Action: ["s3:PutObject", "s3:GetObject"] })] }, "allow"],
      ["a star in an action", { identity: [allow({ Action: "s3:Get*" })] }, "allow"],
      ["a question mark is one character", { identity: [allow({ Action: "s3:GetObjec?" })] }, "allow"],
      ["a question mark is never empty", { identity: [allow({ Action: "s3:GetObject?" })] }, "implicitDeny"],
      ["all actions", { identity: [allow({ Action: "*" })] }, "allow"],
      ["an action that only starts the same", { identity: [allow({ Action: "s3:Get" })] }, "implicitDeny"],
      [
        "NotAction, without a match",
        { identity: [allow({ Action: undefined, NotAction: "s3:Put*" })] },
        "allow",
      ],
      [
        "NotAction, with a match",
        { identity: [allow({ Action: undefined, NotAction: ["s3:Get*"] })] },
        "implicitDeny",
      ],
      ["a dot matches a dot", on("arn:aws:s3:::data/raw/a?csv", "arn:aws:s3:::data/raw/a.csv"), "allow"],
      [
        "a dot is not a wildcard",
        on("arn:aws:s3:::data/raw/a.csv", "arn:aws:s3:::data/raw/axcsv"),
        "implicitDeny",
      ],
      ["a resource in different case", on("arn:aws:s3:::data/RAW/*"), "implicitDeny"],
      ["a star matches slashes", on("arn:aws:s3:::data/*"), "allow"],
      ["a star in the middle", on("arn:aws:s3:::data/*/a.csv", "arn:aws:s3:::data/x/y/a.csv"), "allow"],
      ["the bucket is not its objects", on(BUCKET), "implicitDeny"],
      [
        "a star matches colons in the last part",
        on("arn:aws:s3:::data/*.csv", "arn:aws:s3:::data/a:b.csv"),
        "allow",
      ],
      ["a star as the last character of a part reaches past its colon", on("arn:aws:logs:*", group), "allow"],
      ["so does one with a colon after it", on("arn:aws:logs:*:log-group:/aws/lambda/f", group), "allow"],
      [
        "a star within a part does not",
        on("arn:aws:logs:us*0:log-group:/aws/lambda/f", group),
        "implicitDeny",
      ],
      ["a star matches line breaks", on("arn:aws:s3:::data/*", "arn:aws:s3:::data/a\nb"), "allow"],
      [
        "a star for the region alone",
        on("arn:aws:logs:*:000000000000:log-group:/aws/lambda/*", group),
        "allow",
      ],
      ["an ARN does not match an action without a resource", on("arn:aws:s3:::*", "*"), "implicitDeny"],
      [
        "NotResource, with a match",
        { identity: [allow({ Resource: undefined, NotResource: `${BUCKET}/raw/*` })] },
        "implicitDeny",
      ],
      [
        "NotResource, without a match",
        { identity: [allow({ Resource: undefined, NotResource: `${BUCKET}/x/*` })] },
        "allow",
      ],
    ]);
  });

  describe("conditions", () => {
    const Condition = { StringLike: { "s3:prefix": "raw/*" } };
    const context = { "s3:prefix": "raw/bls" };
    check([
      ["an Allow whose condition holds", { identity: [allow({ Condition })], context }, "allow"],
      ["an Allow whose condition does not hold", { identity: [allow({ Condition })] }, "implicitDeny"],
      ["a Deny whose condition holds", { identity: [allow(), deny({ Condition })], context }, "explicitDeny"],
      ["a Deny whose condition does not hold", { identity: [allow(), deny({ Condition })] }, "allow"],
    ]);
  });

  describe("principals of a resource's policy", () => {
    const to = (Principal: unknown, caller: keyof typeof CALLERS = "role"): Question => ({
      resource: [allow({ Principal })],
      caller,
    });
    check([
      ["everybody, for a stranger", to("*", "anonymous"), "allow"],
      ["everybody, in AWS's alternative spelling", to({ AWS: "*" }, "anonymous"), "allow"],
      ["everybody, for a service", to("*", "service"), "allow"],
      [
        "a stranger does not match a named principal",
        to({ AWS: [ROLE_ARN, ROOT_ARN], Service: "s3.amazonaws.com" }, "anonymous"),
        "implicitDeny",
      ],
      ["a service by its name", to(service, "service"), "allow"],
      ["another service", to({ Service: "events.amazonaws.com" }, "service"), "implicitDeny"],
      ["a service does not belong to the account", to({ AWS: ROOT_ARN }, "service"), "implicitDeny"],
      ["the role's session", to({ AWS: CALLERS.role.arn }), "allow"],
      [
        "another session of the role",
        to({ AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/other` }),
        "implicitDeny",
      ],
      ["a stranger has no name", to({ Federated: "anonymous" }, "anonymous"), "implicitDeny"],
      [
        "a denial of the account, for a service",
        {
          resource: [allow({ Principal: service }), deny({ Principal: { AWS: ROOT_ARN } })],
          caller: "service",
        },
        "allow",
      ],
      ["another role", to({ AWS: [`${ROLE_ARN}-2`] }), "implicitDeny"],
      ["the account alone", to({ AWS: ROOT_ARN }), "implicitDeny"],
      ["the account, and the role's own policy", { ...to({ AWS: ACCOUNT }), identity: [allow()] }, "allow"],
      [
        "a denial of the account",
        { identity: [allow()], resource: [deny({ Principal: { AWS: ACCOUNT } })] },
        "explicitDeny",
      ],
      [
        "a denial of everybody, for a service",
        { resource: [allow({ Principal: service }), deny(everyone)], caller: "service" },
        "explicitDeny",
      ],
    ]);
  });

  describe("role trust", () => {
    const lambda = { ...trust, Principal: service };
    check([
      ["the service that it trusts", { ...assume, trust: [lambda], caller: "service" }, "allow"],
      [
        "a service that it does not name",
        { ...assume, trust: [{ ...trust, Principal: { AWS: ROOT_ARN } }], caller: "service" },
        "implicitDeny",
      ],
      [
        "a caller's own policy is not enough",
        { ...assume, identity: [assumeAny], trust: [lambda] },
        "implicitDeny",
      ],
      [
        "the account is trusted, and the caller has permission",
        { ...assume, identity: [assumeAny], trust: [{ ...trust, Principal: { AWS: ROOT_ARN } }] },
        "allow",
      ],
      [
        "the account is trusted, but the caller has no permission",
        { ...assume, trust: [{ ...trust, Principal: { AWS: ROOT_ARN } }] },
        "implicitDeny",
      ],
      [
        "a caller that is named needs nothing else",
        { ...assume, trust: [{ ...trust, Principal: { AWS: ROLE_ARN } }] },
        "allow",
      ],
    ]);
  });
});
