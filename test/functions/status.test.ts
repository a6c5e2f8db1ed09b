import { expect } from "chai";
import { type Status, withStatus } from "../../functions/shared/status";
import { startTestBuckets, type TestBuckets } from "../support/buckets";

const REFUSAL =
  "User: arn:aws:sts::123456789012:assumed-role/analyze-1f2e3d/analyze is not authorized to perform: s3:PutObject " +
  'on resource: "arn:aws:s3:::data-1f2e3d/raw/x" because no policy allows it';

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
      'User: arn:… is not authorized to perform: s3:PutObject on resource: "arn:…" because no policy allows it',
    );
    expect(status.ok).to.equal(false);
  });
});
