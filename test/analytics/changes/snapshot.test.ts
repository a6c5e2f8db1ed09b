import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { readDataFile } from "../../../analytics/bls/dataFile";
import { readSnapshot, writeSnapshot } from "../../../analytics/changes/snapshot";
import { SnapshotError } from "../../../analytics/errors";
import {
  asPrevious,
  dataFile,
  input,
  inputs,
  real,
  SETTINGS,
  skipWithoutRealFiles,
} from "../../support/analysisInputs";
import { BEFORE, MONDAY, TUESDAY } from "./revisedRows";

describe("a manipulated snapshot", () => {
  const previousOf = (snapshot: Uint8Array) => {
    return { fingerprint: "0".repeat(64), generatedAt: MONDAY.toISOString(), snapshot };
  };
  const withHeader = (unpacked: Buffer, change: (header: Record<string, unknown>) => void) => {
    const end = unpacked.indexOf(10);
    const header = JSON.parse(unpacked.toString("latin1", 0, end)) as Record<string, unknown>;
    change(header);
    return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), unpacked.subarray(end + 1)]);
  };
  const wrong: [what: string, change: (header: Record<string, unknown>) => void][] = [
    ["a duplicate series", (header) => Object.assign(header, { seriesIds: ["A", "A", "C"] })],
    ["series out of order", (header) => Object.assign(header, { seriesIds: ["B", "A", "C"] })],
    ["more series than counts", (header) => Object.assign(header, { seriesIds: ["A", "B", "C", "D"] })],
    ["an invalid id", (header) => Object.assign(header, { seriesIds: ["A", "B", "C\u009B"] })],
    ["the year 0", (header) => Object.assign(header, { population: { years: [0], persons: [1] } })],
    ["nobody", (header) => Object.assign(header, { population: { years: [2018], persons: [0] } })],
    [
      "years without persons",
      (header) => Object.assign(header, { population: { years: [2018], persons: [] } }),
    ],
    [
      "a duplicate year",
      (header) => Object.assign(header, { population: { years: [2018, 2018], persons: [1, 2] } }),
    ],
  ];
  for (const [what, change] of wrong) {
    it(`is rejected with ${what}`, async () => {
      const snapshot = gzipSync(withHeader(gunzipSync(await snapshotOf(BEFORE)), change));
      const error = await readSnapshot(snapshot).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SnapshotError);
    });
  }

  // One value of one series: 16 bits for the year, 8 for the periods, and a 64-bit float.
  const columns: [what: string, year: number, present: number, value: number][] = [
    ["the year 1799", 1799, 1, 1],
    ["the year 2200", 2200, 1, 1],
    ["a year without a value", 2000, 0, 1],
    ["a sixth period", 2000, 32, 1],
    ["half a thousandth", 2000, 1, 0.5],
    ["a value that is not a number", 2000, 1, Number.NaN],
    ["an infinite value", 2000, 1, Number.POSITIVE_INFINITY],
    ["a value beyond the limit", 2000, 1, 1e16],
    ["a negative zero", 2000, 1, -0],
  ];
  for (const [what, year, present, value] of columns) {
    it(`is rejected with ${what}`, async () => {
      const unpacked = gunzipSync(await snapshotOf(["A 2000 Q01 1"]));
      expect((await readSnapshot(gzipSync(unpacked))).values.valueCount).to.equal(1);
      unpacked.writeInt16LE(year, unpacked.length - 11);
      unpacked[unpacked.length - 9] = present;
      unpacked.writeDoubleLE(value, unpacked.length - 8);
      const error = await readSnapshot(gzipSync(unpacked)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SnapshotError);
    });
  }

  it("is rejected with more values than periods", async () => {
    const unpacked = gunzipSync(await snapshotOf(BEFORE));
    const longer = withHeader(unpacked, (header) => Object.assign(header, { values: BEFORE.length + 1 }));
    const snapshot = gzipSync(Buffer.concat([longer, Buffer.alloc(8)]));
    const error = await readSnapshot(snapshot).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SnapshotError);
  });

  it("is rejected with a year without periods and values", async () => {
    const unpacked = gunzipSync(await snapshotOf(["A 2000 Q01 1", "A 2001 Q01 2"]));
    const shorter = withHeader(unpacked, (header) => Object.assign(header, { values: 1 }));
    shorter[shorter.length - 2 * 8 - 2] = 0;
    const error = await readSnapshot(gzipSync(shorter.subarray(0, -8))).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SnapshotError);
  });

  it("is rejected, or valid with other values, whatever byte changed; a valid one never stops a report", async () => {
    const unpacked = gunzipSync(await snapshotOf(BEFORE));
    let read = 0;
    const place = fc.nat({ max: unpacked.length - 1 });
    await fc.assert(
      fc.asyncProperty(fc.noBias(place), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const changed = Buffer.from(unpacked);
        changed[at] = byte;
        const previous = previousOf(gzipSync(changed));
        try {
          const snapshot = await readSnapshot(previous.snapshot);
          expect(gunzipSync(writeSnapshot(snapshot)).equals(changed)).to.equal(true);
          read++;
        } catch (error) {
          expect(error).to.be.instanceOf(SnapshotError);
          return;
        }
        await analyzeFiles(inputs(BEFORE), SETTINGS, { generatedAt: TUESDAY, previous });
      }),
      { seed: 1884, numRuns: 500 },
    );
    expect(read, "snapshots read").to.be.within(20, 400);
  });
});

describe("the snapshot", () => {
  it("fails the analysis before any file is read if it is invalid", async () => {
    const unread = {
      ...input("pr.series", ""),
      open(): never {
        throw new Error("opened");
      },
    };
    const good = await snapshotOf(BEFORE);
    const shortened = gzipSync(gunzipSync(good).subarray(0, -1));
    const lengthened = gzipSync(Buffer.concat([gunzipSync(good), Buffer.alloc(8)]));
    const newer = gzipSync(gunzipSync(good).toString("latin1").replace('"format":1', '"format":2'));
    for (const snapshot of [Buffer.from("no gzip"), good.subarray(0, -9), shortened, lengthened, newer]) {
      const previous = { fingerprint: "0".repeat(64), generatedAt: MONDAY.toISOString(), snapshot };
      const error = await analyzeFiles([unread], SETTINGS, { generatedAt: TUESDAY, previous }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(SnapshotError);
      expect((error as Error).cause).to.be.instanceOf(Error);
    }
  });

  it("has the same bytes whatever the order of rows, and does not name an operating system", async () => {
    const bytes = Buffer.from(await snapshotOf(BEFORE));
    expect(bytes.equals(await snapshotOf([...BEFORE].reverse()))).to.equal(true);
    expect([bytes[4], bytes[9]]).to.deep.equal([0, 255]);
  });

  it("keeps every value, including the largest and negative ones", async () => {
    const rows = [...BEFORE, "Z 1800 Q01 1000000000000", "Z 2199 Q05 -999999999999.999", "Z 2000 Q02 0"];
    expect(await valuesIn(await snapshotOf(rows))).to.have.members(rows);
  });

  it("of the real file is a small fraction of its size, and keeps every value", async function () {
    skipWithoutRealFiles(this);
    const { snapshot } = asPrevious(await analyzeFiles(real.files(), SETTINGS, { generatedAt: MONDAY }));
    expect(snapshot.length).to.be.lessThan(100_000);
    const read = await readSnapshot(snapshot);
    expect(read.values.valueCount).to.equal(37_881);
    expect(read.dataFile).to.equal("pr.data.0.Current");
    expect(read.population?.years).to.have.length(11);
    expect(Buffer.from(writeSnapshot(read)).equals(snapshot)).to.equal(true);
  });
});

async function snapshotOf(rows: readonly string[]): Promise<Uint8Array> {
  const { values } = await readDataFile(input("data", dataFile(rows)).open(), "data");
  return writeSnapshot({ dataFile: "data", values, population: null });
}

/** The snapshot's values as rows. */
async function valuesIn(snapshot: Uint8Array): Promise<string[]> {
  const { values } = await readSnapshot(snapshot);
  const rows: string[] = [];
  for (let record = 0; record < values.recordCount; record++) {
    for (let slot = 0; slot < 5; slot++) {
      if (!((values.presentOf(record) >> slot) & 1)) continue;
      const series = values.seriesIds[values.seriesOf(record)];
      rows.push(`${series} ${values.yearOf(record)} Q0${slot + 1} ${values.valueOf(record, slot) / 1000}`);
    }
  }
  return rows;
}
