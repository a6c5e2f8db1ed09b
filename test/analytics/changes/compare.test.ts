import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { asPrevious, input, inputs, nation, SETTINGS } from "../../support/analysisInputs";
import { BEFORE, MONDAY, TUESDAY } from "./revisedRows";

/** The changes from {@link BEFORE} to `after`, as in the report. */
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

describe("changes since the previous analysis", () => {
  it("after only the order of rows changed", async () => {
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

  it("after a series and a period were removed, and others revised", async () => {
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

  it("after many revisions, name the largest one and the most revised series; of equal ones, the first", async () => {
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
});
