import { expect } from "chai";
import { readLatestReport, warningsIn } from "../../../functions/analysis/latestReport";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const EXAMPLE = { file: "pr.series", line: 3, reason: "has no title" };

describe("the latest report", () => {
  let buckets: TestBuckets;

  beforeEach(async () => {
    buckets = await startTestBuckets();
  });
  afterEach(() => buckets.close());

  it("warns with the first example of each warning that occurred, and counts the others", () => {
    const rule = (severity: string, count: number | null) => ({ severity, count, examples: [EXAMPLE] });
    expect(
      warningsIn([
        rule("warning", 1),
        rule("warning", 1_234),
        rule("warning", 0),
        rule("warning", null),
        rule("error", 2),
        { severity: "warning", count: 2, examples: [] },
      ]),
    ).to.deep.equal(["pr.series, line 3, has no title.", "pr.series, line 3, has no title. (1,234 in all)"]);
  });

  it("can be in an earlier format, without inputs and quality", async () => {
    const report = { fingerprint: "00", generatedAt: "2026-03-01T14:00:00.000Z" };
    await buckets.put("reports/latest.json", JSON.stringify(report));
    expect(await readLatestReport(buckets.data)).to.deep.include({
      ...report,
      provenance: null,
      warnings: [],
    });
  });

  it("is refused if it is something else", async () => {
    await buckets.put("reports/latest.json", '{"fingerprint":"?"}');
    const error = await readLatestReport(buckets.data).catch((thrown: unknown) => thrown);
    expect(error)
      .to.have.property("message")
      .that.matches(/^s3:\/\/data\/reports\/latest\.json is not in the format/);
  });
});
