import { expect } from "chai";
import { messageOf } from "../../../functions/shared/errors";
import {
  RunError,
  type RunResult,
  type Status,
  withKnownStatus,
  withStatus,
} from "../../../functions/shared/status";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const REFUSAL =
  "User: arn:aws:sts::123456789012:assumed-role/analyze-1f2e3d/analyze is not authorized to perform: s3:PutObject " +
  'on resource: "arn:aws:s3:::data-1f2e3d/raw/x" by arn:aws:iam::123456789012:policy/p. ' +
  "Account 123456789012 changed s3://state-1f2e3d/bls-pr/manifest.json 20260301 times";

const EARLIER = "2026-02-01T14:00:00.000Z";

describe("a part's public status", () => {
  let buckets: TestBuckets;

  before(async () => {
    buckets = await startTestBuckets();
  });
  after(() => buckets.close());

  const run = <T>(work: () => Promise<RunResult<T>>) =>
    withStatus(buckets.data, "population", new Date(0), work);
  const failure = (work: () => Promise<RunResult<unknown>>) =>
    run(work).then(
      () => undefined,
      (error: unknown) => error,
    );
  const status = () => buckets.readJson<Status>("reports/status/population.json");

  it("holds what the run returned; unknown parts are empty", async () => {
    expect(await run(async () => ({ result: 7, status: { details: { rows: 2 } } }))).to.equal(7);
    expect(await status()).to.deep.equal({
      part: "population",
      ok: true,
      lastCheck: "1970-01-01T00:00:00.000Z",
      lastChange: null,
      missing: [],
      files: [],
      error: null,
      details: { rows: 2 },
    });
  });

  it("of a run that returns an error is not ok, and the run does not throw", async () => {
    expect(await run(async () => ({ result: 7, status: { error: "It lacks pr.series." } }))).to.equal(7);
    expect(await status()).to.include({ ok: false, error: "It lacks pr.series." });
  });

  it("of a failed run holds what the innermost step knew; the step's own error is thrown", async () => {
    const cause = new Error("the disk is full");
    const thrown = await failure(() =>
      withKnownStatus({ lastChange: null, missing: ["a"] }, () =>
        withKnownStatus({ lastChange: EARLIER, details: { rows: 3 } }, () => Promise.reject(cause)),
      ),
    );
    expect(thrown).to.equal(cause);
    expect(await status()).to.deep.include({
      ok: false,
      error: "the disk is full",
      lastChange: EARLIER,
      missing: [],
      details: { rows: 3 },
    });
  });

  it("of a run that failed before it knew anything holds only the error", async () => {
    expect(await failure(() => Promise.reject("no memory"))).to.equal("no memory");
    expect(await status()).to.deep.include({ ok: false, error: "no memory", files: [], details: null });
  });

  it("that cannot be written after a failure is reported along with the failure", async () => {
    const cause = new Error("the disk is full");
    const elsewhere = Object.create(buckets.data, { name: { value: "nowhere" } });
    const thrown = await withStatus(elsewhere, "population", new Date(0), () => Promise.reject(cause)).catch(
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(AggregateError);
    expect(messageOf(thrown)).to.match(
      /^The run of 'population' failed, .*status: the disk is full: .*bucket/,
    );
  });

  it("does not name roles, buckets or the account; the thrown error does", async () => {
    const thrown = await failure(() => Promise.reject(new Error(REFUSAL)));
    expect(thrown).to.have.property("message", REFUSAL);
    const { error, ok } = await status();
    expect(error).to.equal(
      'User: arn:… is not authorized to perform: s3:PutObject on resource: "arn:…" by arn:…. ' +
        "Account … changed s3://…/bls-pr/manifest.json 20260301 times",
    );
    expect(ok).to.equal(false);
  });

  it("is carried by an error with the same message as its cause", () => {
    const error = new RunError(new Error("It failed", { cause: new Error("the disk is full") }), {});
    expect(error.message).to.equal("It failed: the disk is full");
  });
});
