import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { POPULATION_FILE, SURVEYS } from "@data-quest/local-sources/servedFolder";
import { expect } from "chai";
import type { Report } from "../../../analytics/report";
import { refreshReport } from "../../../functions/analysis/refreshReport";
import { Bucket, ConflictError } from "../../../functions/shared/bucket";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

const SETTINGS = {
  survey: "pr",
  dataFile: "pr.data.0.Current",
  populationYears: { from: 2013, to: 2018 },
  seriesId: "PRS30006032",
  period: "Q01" as const,
};
const DATA = "raw/bls/pr/pr.data.0.Current";

describe("publishing the report", function () {
  this.timeout(60_000);
  let buckets: TestBuckets;
  let data: string;
  let hour: number;

  beforeEach(async () => {
    buckets = await startTestBuckets();
    hour = 0;
    for (const [path, { content }] of sampleFiles()) {
      if (path === POPULATION_FILE) await buckets.put("raw/population/nation.json", String(content));
      else if (!path.includes("AllData"))
        await buckets.put(`raw/bls${path.slice(SURVEYS.length)}`, String(content));
    }
    data = await buckets.read(DATA);
  });
  afterEach(() => buckets.close());

  function refresh(s3 = buckets.s3) {
    const { dataBucket, stateBucket } = buckets;
    const [data, state] = [new Bucket(s3, dataBucket), new Bucket(s3, stateBucket)];
    const now = new Date(Date.UTC(2026, 2, 1, hour++));
    const limits = { maxRowLossPercent: 10, maxRefusedPercent: 1 };
    return refreshReport({ data, state, settings: SETTINGS, limits, now });
  }

  /** Changes the value of 2018 in the reported series. */
  const revise = (value: string) =>
    buckets.put(
      DATA,
      data.replace(/^(PRS30006032\s+\t2018\tQ01\t\s*)\S+/m, (_, start: string) => start + value),
    );

  /** The value of 2018, in the report and in its table. */
  async function published(): Promise<[number | undefined, string | undefined]> {
    const { seriesPopulation } = await buckets.readJson<Report>("reports/latest.json");
    const table = await buckets.read("reports/latest/series-population.csv");
    return [
      seriesPopulation.rows.find(({ year }) => year === 2018)?.value,
      /,"?2018"?,"?Q01"?,"?([\d.]+)/.exec(table)?.[1],
    ];
  }

  async function history(): Promise<string[]> {
    const { reports } = await buckets.readJson<{ reports: { fingerprint: string }[] }>(
      "reports/history/index.json",
    );
    return reports.map(({ fingerprint }) => fingerprint);
  }

  /** An S3 client that runs `interfere` once, before the object with this key is written. */
  function interfering(key: string, interfere: () => Promise<unknown>) {
    let done = false;
    return new Proxy(buckets.s3, {
      get(target, property) {
        if (property !== "send") return Reflect.get(target, property, target);
        return async (command: { input: { Key?: string; Body?: unknown } }) => {
          if (!done && command.input.Key === key && command.input.Body !== undefined) {
            done = true;
            await interfere();
          }
          return target.send(command as never);
        };
      },
    });
  }

  it("keeps every report in the history, in order", async () => {
    const first = await refresh();
    await revise("2.9");
    const second = await refresh();
    expect([first.outcome, second.outcome]).to.deep.equal(["published", "published"]);
    expect(await history()).to.deep.equal([first.fingerprint, second.fingerprint]);
    expect(await published()).to.deep.equal([2.9, "2.9"]);
  });

  it("keeps a second report of the same inputs on the same day, with its own changes", async () => {
    await refresh();
    await revise("2.9");
    await refresh();
    await buckets.put(DATA, data);
    const again = await refresh();
    expect(again.outcome).to.equal("published");
    const { reports } = await buckets.readJson<{ reports: { key: string; fingerprint: string }[] }>(
      "reports/history/index.json",
    );
    expect(reports.map(({ fingerprint }) => fingerprint === again.fingerprint)).to.deep.equal([
      true,
      false,
      true,
    ]);
    const kept = await buckets.readJson<Report>(reports[2]?.key ?? "");
    expect(kept).to.deep.equal(await buckets.readJson<Report>("reports/latest.json"));
    expect(kept.changes?.valuesRevised).to.equal(1);
  });

  for (const key of [
    "reports/latest.json",
    "reports/latest/series-population.csv",
    "reports/history/index.json",
  ]) {
    it(`leaves the newer report and its tables if a newer run ends before this one writes ${key}`, async () => {
      await refresh();
      await revise("2.9");
      let newer: { fingerprint: string | null } | undefined;
      const s3 = interfering(key, async () => {
        await revise("3.9");
        newer = await refresh();
      });
      await refresh(s3);
      expect(await published()).to.deep.equal([3.9, "3.9"]);
      expect((await history()).at(-1)).to.equal(newer?.fingerprint);
      expect(new Set(await history()).size).to.equal((await history()).length);
    });
  }

  it("is completed by the next run if it was cut short after the report", async () => {
    await refresh();
    await revise("2.9");
    const cut = interfering("reports/latest/series-population.csv", () =>
      Promise.reject(new Error("killed")),
    );
    const error = await refresh(cut).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.equal("killed");
    expect((await published())[0]).to.equal(2.9);
    expect((await refresh()).outcome).to.equal("same");
    expect(await published()).to.deep.equal([2.9, "2.9"]);
    expect(await history()).to.have.length(2);
  });

  it("gives up if others keep writing, and says so in its status", async () => {
    const s3 = new Proxy(buckets.s3, {
      get: (target, property) =>
        property === "send"
          ? async (command: { input: { Key?: string; Body?: unknown } }) => {
              const { Key, Body } = command.input;
              if (Key === "reports/latest.json" && Body !== undefined)
                throw new ConflictError("written by another run");
              return target.send(command as never);
            }
          : Reflect.get(target, property, target),
    });
    const error = await refresh(s3).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(ConflictError);
    const { ok } = await buckets.readJson<{ ok: boolean }>("reports/status/analysis.json");
    expect(ok).to.equal(false);
  });

  it("starts again if an input is replaced while it is read", async () => {
    let replaced = false;
    const s3 = new Proxy(buckets.s3, {
      get: (target, property) =>
        property === "send"
          ? async (command: { constructor: { name: string }; input: { Key?: string } }) => {
              const answer = await target.send(command as never);
              if (!replaced && command instanceof HeadObjectCommand && command.input.Key === DATA) {
                replaced = true;
                await revise("3.9");
              }
              return answer;
            }
          : Reflect.get(target, property, target),
    });
    expect((await refresh(s3)).outcome).to.equal("published");
    expect(await published()).to.deep.equal([3.9, "3.9"]);
  });
});
