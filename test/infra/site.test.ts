import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { ALL_BLOCKED, byType, declare, publicAccessBlock, statements } from "../support/declaredProgram";

describe("the published site", function () {
  this.timeout(60_000);
  let dev: Plan;
  before(async () => {
    dev = await declare("dev");
  });

  it("lets everyone read what is published, and nothing else", () => {
    const policies = byType(dev.resources, "aws:s3/bucketPolicy:BucketPolicy");
    expect(policies).to.have.length(1);
    const [{ Action, Resource } = { Action: "", Resource: [] }, ...more] = statements(
      policies[0]?.inputs.policy,
    );
    expect(more).to.deep.equal([]);
    expect(Action).to.equal("s3:GetObject");
    const keys = [Resource].flat().map((arn) => arn.replace(/^arn:aws:s3:::[^/]+\//, ""));
    const files = ["404.html", "icon.svg", "index.html", "page.css", "page.js", "site.json"];
    expect(keys).to.have.members(["raw/*", "reports/*", ...files]);
  });

  it("is closed without publishing, and has no website", async () => {
    const closed = await declare("dev", { publish: "false" });
    expect(publicAccessBlock(closed.resources, "data")).to.deep.equal(ALL_BLOCKED);
    const types = new Set(closed.resources.map(({ type }) => type));
    expect(types).not.to.include("aws:s3/bucketPolicy:BucketPolicy");
    expect(types).not.to.include("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration");
    expect(closed.outputs.websiteUrl).to.equal("not published");
  });
});
