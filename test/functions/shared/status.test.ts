import { expect } from "chai";
import { type Status, withStatus } from "../../../functions/shared/status";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const REFUSAL =
  "User: arn:aws:sts::123456789012:assumed-role/analyze-1f2e3d/analyze is not authorized to perform: s3:PutObject " +
  'on resource: "arn:aws:s3:::data-1f2e3d/raw/x" by arn:aws:iam::123456789012:policy/p. ' +
  "Account 123456789012 changed s3://state-1f2e3d/bls-pr/manifest.json 20260301 times";

describe("a part's public status", () => {
  let buckets: TestBuckets;

  before(async () => {
    buckets = await startTestBuckets();
  });
  after(() => buckets.cloud.close());

  it("names nothing of the account where AWS refused; what is thrown tells all", async () => {
    const refused = () => Promise.reject(new Error(REFUSAL));
    const thrown: unknown = await withStatus(
      buckets.s3,
      buckets.dataBucket,
      "population",
      new Date(0),
      refused,
    ).catch((error: unknown) => error);
    expect(thrown).to.have.property("message", REFUSAL);
    const status = await buckets.readJson<Status>("reports/status/population.json");
    expect(status.error).to.equal(
      'User: arn:… is not authorized to perform: s3:PutObject on resource: "arn:…" by arn:…. ' +
        "Account … changed s3://…/bls-pr/manifest.json 20260301 times",
    );
    expect(status.ok).to.equal(false);
  });
});
