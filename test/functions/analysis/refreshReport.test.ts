import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { RefusedRow } from "../../../analytics/findings";
import type { Report } from "../../../analytics/report";
import { type RefreshSummary, refreshReport } from "../../../functions/analysis/refreshReport";
import type { Status } from "../../../functions/shared/status";
import { dataFile, nation, SETTINGS } from "../../support/analysisInputs";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const DATA = `raw/bls/pr/${SETTINGS.dataFile}`;
const ROWS = Array.from({ length: 50 }, (_, at) => `PRS30006032 ${1970 + at} Q01 ${at}`);

describe("refreshing the report", () => {
  let buckets: TestBuckets;
  let runs = 0;

  before(async () => {
    buckets = await startTestBuckets();
    await buckets.put("raw/bls/pr/pr.series", "series_id\nPRS30006032\n");
    await buckets.put("raw/population/nation.json", nation([2017, 325_719_178], [2018, 327_167_439]));
  });
  after(() => buckets?.close());

  async function refresh(rows: readonly string[], maxRowLossPercent = 10) {
    await buckets.put(DATA, dataFile(rows));
    const { data, state } = buckets;
    const limits = { maxRowLossPercent, maxRefusedPercent: 2 };
    const now = new Date(Date.UTC(2026, 7, ++runs));
    await refreshReport({ data, state, settings: SETTINGS, limits, now });
    return {
      report: await buckets.readJson<Report>("reports/latest.json"),
      status: await buckets.readJson<Status & { details: RefreshSummary }>("reports/status/analysis.json"),
    };
  }

  async function quarantined(fingerprint: string): Promise<RefusedRow[]> {
    const key = `quarantine/${fingerprint}.json`;
    const { Body } = await buckets.s3.send(new GetObjectCommand({ Bucket: buckets.stateBucket, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? "").refused;
  }

  it("quarantines a refused row and reports the rest", async () => {
    const { report, status } = await refresh([...ROWS, "PRS30006032 2020 Q01 ?"]);
    expect(status).to.deep.include({ ok: true, error: null });
    expect(status.details).to.deep.equal({
      outcome: "published",
      fingerprint: report.fingerprint,
      warnings: [
        "pr.data.0.Current, line 52, has a value that is not a decimal up to 10^12 with at most 3 digits after the point.",
      ],
    });
    expect(await quarantined(report.fingerprint)).to.deep.equal([
      {
        file: SETTINGS.dataFile,
        line: 52,
        rule: "value",
        reason: "has a value that is not a decimal up to 10^12 with at most 3 digits after the point",
        text: "PRS30006032      \t2020\tQ01\t           ?\t",
      },
    ]);
  });

  it("keeps the last good report if too many rows were lost and refused, says why, and quarantines the rows", async () => {
    const before = await buckets.readJson<Report>("reports/latest.json");
    const { report, status } = await refresh([...ROWS.slice(0, 40), "PRS30006032 2020 Q01 ?"]);
    expect(report).to.deep.equal(before);
    expect(status).to.include({ ok: false, lastChange: before.generatedAt });
    expect(status.error).to.match(
      /^pr\.data\.0\.Current has 41 rows, of which 1 is refused.*; pr\.data\.0\.Current has 40 values, 10 fewer than the 50 of the previous report, more than the 10 % allowed\. The last good report stays\.$/,
    );
    expect(status.details).to.include({ outcome: "kept", fingerprint: before.fingerprint });
    const { rules } = status.details.refused?.quality ?? { rules: [] };
    expect(rules.map(({ rule, count }) => [rule, count])).to.deep.equal([
      ["value", 1],
      ["refusedShare", 1],
      ["rowLoss", 10],
    ]);
    const rows = await quarantined(status.details.refused?.fingerprint ?? "");
    expect(rows.map(({ line }) => line)).to.deep.equal([42]);
  });

  it("creates the report after the limit was raised", async () => {
    const { report, status } = await refresh(ROWS.slice(0, 40), 20);
    expect(status).to.deep.include({ ok: true, error: null });
    expect(report.changes?.summary).to.equal("BLS removed 10 rows; 1 best year moved.");
  });

  it("creates the report without its changes if the snapshot is broken, and still refuses broken data", async () => {
    const { fingerprint } = await buckets.readJson<Report>("reports/latest.json");
    const Key = `analysis/${fingerprint}.snapshot`;
    await buckets.s3.send(new PutObjectCommand({ Bucket: buckets.stateBucket, Key, Body: "?" }));
    const broken = await refresh(["PRS30006032 2020 Q01 ?"]);
    expect(broken.status.error).to.match(/and none can be kept.*The last good report stays\.$/);
    expect(broken.report.fingerprint).to.equal(fingerprint);
    const { report } = await refresh(ROWS);
    expect(report.fingerprint).not.to.equal(fingerprint);
    expect(report.changes).to.equal(null);
  });
});
