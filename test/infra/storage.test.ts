import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { ALL_BLOCKED, byType, declare, one, publicAccessBlock } from "../support/declaredProgram";

describe("the buckets", function () {
  this.timeout(60_000);
  let dev: Plan;
  let prod: Plan;
  before(async () => {
    dev = await declare("dev");
    prod = await declare("prod");
  });

  it("are versioned, encrypted and owned by the account", () => {
    for (const name of ["data", "state"]) {
      const versioning = one(dev.resources, "aws:s3/bucketVersioning:BucketVersioning", name);
      expect(versioning.inputs.versioningConfiguration).to.deep.equal({ status: "Enabled" });
      const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
      const [rule] = one(dev.resources, type, name).inputs.rules as object[];
      expect(rule).to.deep.equal({ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } });
      const ownership = one(dev.resources, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", name);
      expect(ownership.inputs.rule).to.deep.equal({ objectOwnership: "BucketOwnerEnforced" });
    }
    expect(byType(dev.resources, "aws:s3/bucket:Bucket")).to.have.length(2);
  });

  it("keep state closed to the public; only its policy may open the data bucket", () => {
    expect(publicAccessBlock(dev.resources, "state")).to.deep.equal(ALL_BLOCKED);
    expect(publicAccessBlock(dev.resources, "data")).to.deep.equal({
      ...ALL_BLOCKED,
      blockPublicPolicy: false,
      restrictPublicBuckets: false,
    });
  });

  it("are the only protected resources in prod: what belongs to them may be changed and removed", () => {
    const guarded = prod.resources
      .filter((resource) => resource.protect)
      .map(({ type, name }) => [type, name]);
    expect(guarded).to.have.deep.members([
      ["aws:s3/bucket:Bucket", "data"],
      ["aws:s3/bucket:Bucket", "state"],
    ]);
  });

  it("get the public policy after the block is lifted, and rules for versions after versioning", () => {
    const policy = one(dev.resources, "aws:s3/bucketPolicy:BucketPolicy", "site");
    expect(policy.dependencies).to.include(
      one(dev.resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "data").urn,
    );
    for (const name of ["data", "state"]) {
      const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
      const versioning = one(dev.resources, "aws:s3/bucketVersioning:BucketVersioning", name);
      expect(one(dev.resources, type, name).dependencies).to.include(versioning.urn);
    }
  });

  it("are protected in prod, and deleted with the stack in dev", () => {
    const data = (plan: Plan) => one(plan.resources, "aws:s3/bucket:Bucket", "data");
    expect([data(dev).protect, data(dev).inputs.forceDestroy]).to.deep.equal([false, true]);
    expect([data(prod).protect, data(prod).inputs.forceDestroy]).to.deep.equal([true, false]);
  });
});
