import { expect } from "chai";
import { changesTable, compareReports } from "../../../tools/ci/reportDiff";

describe("the comparison of two reports", () => {
  const report = {
    generatedAt: "2026-01-01T00:00:00Z",
    fingerprint: "1",
    populationSummary: { mean: 1, years: [2013, 2014] },
    bestYears: [
      { seriesId: "A", year: 2000, value: 1.5 },
      { seriesId: "B", year: 2001, value: 2 },
    ],
  };

  it("ignores values that differ from run to run", () => {
    const changes = compareReports(report, {
      ...report,
      generatedAt: "2027-01-01T00:00:00Z",
      fingerprint: "2",
    });
    expect(changes).to.deep.equal([]);
    expect(changesTable(changes, 10)).to.equal("No value of the report changes.");
  });

  it("shows old and new values side by side, rows by their key and not their position", () => {
    const changes = compareReports(report, {
      ...report,
      populationSummary: { mean: 2, years: [2013] },
      bestYears: [
        { seriesId: "B", year: 2001, value: 2 },
        { seriesId: "A", year: 2001, value: 1.5 },
        { seriesId: "C", year: 1999, value: 3 },
      ],
    });
    expect(changes).to.deep.equal([
      { at: "populationSummary.mean", before: 1, after: 2 },
      { at: "populationSummary.years", before: "2013, 2014", after: "2013" },
      { at: "bestYears[A].year", before: 2000, after: 2001 },
      { at: "bestYears[C].seriesId", before: undefined, after: "C" },
      { at: "bestYears[C].year", before: undefined, after: 1999 },
      { at: "bestYears[C].value", before: undefined, after: 3 },
    ]);
    const table = changesTable(changes, 3).split("\n");
    expect(table).to.include("| `bestYears[A].year` | `2000` | `2001` |");
    expect(table.at(-1)).to.equal("… and 3 more.");
  });
});
