import { expect } from "chai";
import { analyzeFiles, type InputFile } from "../../../analytics/analyzeFiles";
import { checkReport } from "../../../commands/session/checkReport";
import type { DayEvents } from "../../../commands/session/session";
import { inputs, SETTINGS } from "../../support/analysisInputs";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";
import { rejection } from "../../support/rejection";

const ROWS = ["PRS30006032 2017 Q01 1.5", "PRS30006032 2018 Q01 2"];
const NO_EVENTS: DayEvents = { invocations: [], notifications: [] };

describe("checkReport", () => {
  let buckets: TestBuckets;

  beforeEach(async () => {
    buckets = await startTestBuckets();
  });
  afterEach(() => buckets.close());

  const check = (day = NO_EVENTS) => checkReport({ s3: buckets.s3, output: () => buckets.dataBucket }, day);

  function invocation(trigger: "rule" | "queue", outcome: { result?: unknown; error?: Error }) {
    return { functionName: "fetch", requestId: "1", durationMs: 1, trigger, ...outcome };
  }

  async function textOf(file: InputFile): Promise<string> {
    const chunks = await Array.fromAsync(file.open(), (chunk) => Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
  }

  /** Puts a report and the inputs that it names in the bucket. */
  async function putReport(): Promise<void> {
    const files = inputs(ROWS);
    const { report } = await analyzeFiles(files, SETTINGS, { generatedAt: new Date(0) });
    for (const file of files) await buckets.put(file.key, await textOf(file));
    await buckets.put("reports/latest.json", JSON.stringify(report));
  }

  it("finds no problem if the report matches the inputs in the bucket", async () => {
    await putReport();
    const { report, problems } = await check();
    expect(problems).to.deep.equal([]);
    expect(report?.bestYears).to.have.length(1);
  });

  it("names inputs that changed or were removed after the report", async () => {
    await putReport();
    await buckets.put("raw/bls/pr/pr.series", "changed");
    await buckets.remove("raw/bls/pr/pr.sector");
    expect((await check()).problems).to.deep.equal([
      "The report is older than the last change of raw/bls/pr/pr.sector and raw/bls/pr/pr.series.",
    ]);
  });

  it("lists an error once, from the status object if the function has written it there", async () => {
    await buckets.put(
      "reports/status/bls-pr.json",
      JSON.stringify({ part: "bls-pr", error: "It broke: why." }),
    );
    await buckets.put("reports/status/analysis.json", JSON.stringify({ part: "analysis", error: null }));
    const errors = ["It broke.", "Another error.", "Another error."];
    const invocations = errors.map((message) => invocation("rule", { error: new Error(message) }));
    expect(await check({ invocations, notifications: [] })).to.deep.equal({
      report: undefined,
      problems: ["fetch failed: Another error.", "bls-pr: It broke: why.", "There is no report."],
    });
  });

  it("reports messages that a function rejected", async () => {
    const result = { batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "2" }] };
    const { problems } = await check({ invocations: [invocation("queue", { result })], notifications: [] });
    expect(problems).to.deep.equal(["fetch could not read 2 messages.", "There is no report."]);
  });

  it("says that the next fetch of the population replaces a report in another version's format", async () => {
    await buckets.put("reports/latest.json", '{"schemaVersion":1}');
    const { message } = await rejection(check());
    expect(message).to.match(/another version's format\. The next successful fetch of the population /);
  });
});
