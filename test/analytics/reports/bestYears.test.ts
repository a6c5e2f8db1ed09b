import { expect } from "chai";
import { bestYears } from "../../../analytics/reports/bestYears";
import type { LeadingYears } from "../../../analytics/reports/leadingYears";

/** Series A leads with three tied years, series B with one. */
const LEADING: LeadingYears = {
  seriesId: ["A", "A", "A", "B"],
  basis: ["quarterly", "quarterly", "quarterly", "annual"],
  year: [1999, 2004, 2012, 2001],
  thousandths: [1250, 1250, 1250, -500],
  quarters: [4, 2, 4, 0],
  tieOrder: [0, 1, 2, 0],
};
const DESCRIPTION = { title: "Hours worked", unit: "Index", sector: "Farms", measure: "Hours", years: null };

describe("the best years", () => {
  it("are the earliest of each series' leading years, and list the others as ties", () => {
    const found = bestYears(LEADING, new Map()).map(({ seriesId, year, tiedYears }) => {
      return { seriesId, year, tiedYears };
    });
    expect(found).to.deep.equal([
      { seriesId: "A", year: 1999, tiedYears: [2004, 2012] },
      { seriesId: "B", year: 2001, tiedYears: [] },
    ]);
  });

  it("have the value as a decimal, its basis, and the quarters of that year", () => {
    const found = bestYears(LEADING, new Map()).map(({ value, basis, quarters }) => [value, basis, quarters]);
    expect(found).to.deep.equal([
      [1.25, "quarterly", 4],
      [-0.5, "annual", 0],
    ]);
  });

  it("have the catalogue's words, or the series id as title", () => {
    const [a, b] = bestYears(LEADING, new Map([["A", DESCRIPTION]]));
    expect(a).to.include({ title: "Hours worked", unit: "Index", sector: "Farms", measure: "Hours" });
    expect(b).to.include({ title: "B", unit: null, sector: null, measure: null });
  });
});
