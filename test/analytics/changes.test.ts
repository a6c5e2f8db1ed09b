import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { analyzeFiles } from "../../analytics/analyzeFiles";
import { readDataFile } from "../../analytics/bls/dataFile";
import { readSnapshot, writeSnapshot } from "../../analytics/changes/snapshot";
import { SnapshotError } from "../../analytics/errors";
import {
  asPrevious,
  dataFile,
  input,
  inputs,
  nation,
  real,
  SETTINGS,
  skipWithoutRealFiles,
} from "./fixtures";

const MONDAY = new Date("2026-08-03T12:00:00Z");
const TUESDAY = new Date("2026-08-04T12:00:00Z");

const BEFORE = [
  "A 2001 Q01 1",
  "A 2001 Q02 1",
  "A 2002 Q01 1.5",
  "B 2001 Q05 7",
  "B 2002 Q05 6",
  "C 1999 Q01 1",
];

/** The changes that are reported when `after` follows {@link BEFORE}. */
async function changesTo(after: readonly string[]) {
  const first = await analyzeFiles(inputs(BEFORE), SETTINGS, { generatedAt: MONDAY });
  const { report } = first;
  expect(report.changes).to.equal(null);
  const previous = asPrevious(first);
  const next = await analyzeFiles(inputs(after), SETTINGS, { generatedAt: TUESDAY, previous });
  expect(next.report.changes).to.include({
    previousFingerprint: report.fingerprint,
    previousGeneratedAt: "2026-08-03T12:00:00.000Z",
  });
  return next.report.changes;
}

describe("changes since the analysis before", () => {
  it("after nothing but the order of rows changed", async () => {
    expect(await changesTo([...BEFORE].reverse())).to.deep.include({
      summary: "BLS changed no value; no best year moved.",
      rowsAdded: 0,
      rowsRemoved: 0,
      valuesRevised: 0,
      seriesRevised: 0,
      largestRevision: null,
      revisionsBySeries: [],
      bestYearsMoved: [],
      population: { yearsAdded: [], yearsRevised: [] },
    });
  });

  it("after a value was revised, which moved a best year", async () => {
    expect(await changesTo(["A 2001 Q01 -1", ...BEFORE.slice(1)])).to.deep.include({
      summary: "BLS revised 1 value in 1 series; 1 best year moved.",
      valuesRevised: 1,
      seriesRevised: 1,
      largestRevision: { seriesId: "A", year: 2001, period: "Q01", from: 1, to: -1 },
      revisionsBySeries: [{ seriesId: "A", values: 1 }],
      bestYearsMoved: [{ seriesId: "A", from: 2001, to: 2002 }],
    });
  });

  it("after rows were added to a known year, a new year and a new series", async () => {
    expect(await changesTo([...BEFORE, "A 2002 Q02 0.1", "B 2003 Q05 1", "D 2001 Q01 1"])).to.deep.include({
      summary: "BLS added 3 rows; no best year moved.",
      rowsAdded: 3,
      rowsRemoved: 0,
    });
  });

  it("after a series and a period went, and others were revised", async () => {
    const after = ["A 2001 Q01 1.001", "A 2002 Q01 1.499", "B 2001 Q05 5.999", "B 2002 Q05 6"];
    expect(await changesTo(after)).to.deep.include({
      summary: "BLS revised 3 values in 2 series and removed 2 rows; 2 best years moved.",
      rowsRemoved: 2,
      bestYearsMoved: [
        { seriesId: "A", from: 2001, to: 2002 },
        { seriesId: "B", from: 2001, to: 2002 },
      ],
    });
  });

  it("after many revisions, tells the largest and the most revised series, the first of equals", async () => {
    const after = ["A 2001 Q01 1.5", "A 2001 Q02 0.5", "A 2002 Q01 1", "B 2001 Q05 7", "B 2002 Q05 6.5"];
    const changes = await changesTo([...after, "C 1999 Q01 0.9"].reverse());
    expect(changes?.largestRevision).to.deep.equal({
      seriesId: "A",
      year: 2001,
      period: "Q01",
      from: 1,
      to: 1.5,
    });
    expect(changes?.revisionsBySeries).to.deep.equal([
      { seriesId: "A", values: 3 },
      { seriesId: "B", values: 1 },
      { seriesId: "C", values: 1 },
    ]);
  });

  it("after the population gained years and was revised", async () => {
    const people = (...years: [number, number][]) => [
      ...inputs(BEFORE).filter(({ name }) => name !== "nation.json"),
      input("nation.json", nation(...years)),
    ];
    const first = await analyzeFiles(people([2017, 100_000_000], [2018, 101_000_000]), SETTINGS, {
      generatedAt: MONDAY,
    });
    const previous = asPrevious(first);
    const changes = async (...years: [number, number][]) =>
      (await analyzeFiles(people(...years), SETTINGS, { generatedAt: TUESDAY, previous })).report.changes;
    const next = await changes(
      [2016, 100_500_000],
      [2017, 100_000_000],
      [2018, 102_000_000],
      [2019, 103_000_000],
    );
    expect(next?.summary).to.equal(
      "BLS changed no value; no best year moved; the population of 2016 and 2019 was added and of 2018 was revised.",
    );
    expect(next?.population).to.deep.equal({
      yearsAdded: [2016, 2019],
      yearsRevised: [{ year: 2018, from: 101_000_000, to: 102_000_000 }],
    });
    const many = await changes(
      [2017, 100_000_000],
      [2018, 101_000_000],
      [2013, 100_500_000],
      [2014, 100_500_000],
      [2015, 100_500_000],
      [2016, 100_500_000],
    );
    expect(many?.summary).to.include("; the population of 4 years was added.");
  });

  it("fails, before it reads any file, on a snapshot that is none", async () => {
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
});

describe("a snapshot that somebody changed", () => {
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
    ["a series twice", (header) => Object.assign(header, { seriesIds: ["A", "A", "C"] })],
    ["series out of order", (header) => Object.assign(header, { seriesIds: ["B", "A", "C"] })],
    [
      "a series more than it has counts",
      (header) => Object.assign(header, { seriesIds: ["A", "B", "C", "D"] }),
    ],
    ["an id that none has", (header) => Object.assign(header, { seriesIds: ["A", "B", "C\u009B"] })],
    ["the year 0", (header) => Object.assign(header, { population: { years: [0], persons: [1] } })],
    ["nobody", (header) => Object.assign(header, { population: { years: [2018], persons: [0] } })],
    [
      "years without persons",
      (header) => Object.assign(header, { population: { years: [2018], persons: [] } }),
    ],
    [
      "a year twice",
      (header) => Object.assign(header, { population: { years: [2018, 2018], persons: [1, 2] } }),
    ],
  ];
  for (const [what, change] of wrong) {
    it(`is none, with ${what}`, async () => {
      const snapshot = gzipSync(withHeader(gunzipSync(await snapshotOf(BEFORE)), change));
      const error = await readSnapshot(snapshot).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SnapshotError);
    });
  }

  // One value: a series' one year, as 16 bits, the periods in 8, and a 64-bit float.
  const columns: [what: string, year: number, present: number, value: number][] = [
    ["the year 1799", 1799, 1, 1],
    ["the year 2200", 2200, 1, 1],
    ["a year without a value", 2000, 0, 1],
    ["a sixth period", 2000, 32, 1],
    ["half a thousandth", 2000, 1, 0.5],
    ["a value that is no number", 2000, 1, Number.NaN],
    ["a value without an end", 2000, 1, Number.POSITIVE_INFINITY],
    ["a value beyond all", 2000, 1, 1e16],
    ["a zero below zero", 2000, 1, -0],
  ];
  for (const [what, year, present, value] of columns) {
    it(`is none, with ${what}`, async () => {
      const unpacked = gunzipSync(await snapshotOf(["A 2000 Q01 1"]));
      expect((await readSnapshot(gzipSync(unpacked))).values.valueCount).to.equal(1);
      unpacked.writeInt16LE(year, unpacked.length - 11);
      unpacked[unpacked.length - 9] = present;
      unpacked.writeDoubleLE(value, unpacked.length - 8);
      const error = await readSnapshot(gzipSync(unpacked)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SnapshotError);
    });
  }

  it("is none, with a value more than there are periods for", async () => {
    const unpacked = gunzipSync(await snapshotOf(BEFORE));
    const longer = withHeader(unpacked, (header) => Object.assign(header, { values: BEFORE.length + 1 }));
    const snapshot = gzipSync(Buffer.concat([longer, Buffer.alloc(8)]));
    const error = await readSnapshot(snapshot).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SnapshotError);
  });

  it("is none, with a year of no periods and no values", async () => {
    const unpacked = gunzipSync(await snapshotOf(["A 2000 Q01 1", "A 2001 Q01 2"]));
    const shorter = withHeader(unpacked, (header) => Object.assign(header, { values: 1 }));
    shorter[shorter.length - 2 * 8 - 2] = 0;
    const error = await readSnapshot(gzipSync(shorter.subarray(0, -8))).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SnapshotError);
  });

  it("in any byte is none, or is the very snapshot of other values, and never stops a report", async () => {
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
  it("is the same bytes whatever the order of rows, and names no operating system", async () => {
    const bytes = Buffer.from(await snapshotOf(BEFORE));
    expect(bytes.equals(await snapshotOf([...BEFORE].reverse()))).to.equal(true);
    expect([bytes[4], bytes[9]]).to.deep.equal([0, 255]);
  });

  it("keeps every value, to the largest and the negative", async () => {
    const rows = [...BEFORE, "Z 1800 Q01 1000000000000", "Z 2199 Q05 -999999999999.999", "Z 2000 Q02 0"];
    expect(await valuesIn(await snapshotOf(rows))).to.have.members(rows);
  });

  it("of the real file is a small part of its size, and keeps every value", async function () {
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
