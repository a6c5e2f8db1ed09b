import { expect } from "chai";
import fc from "fast-check";
import { joinBlocks } from "../../analytics/blocks";
import { reportJson } from "../../analytics/reportJson";

import { bestYear, bestYears, reportOf, text } from "./tables/arbitraries";

describe("the report as JSON", () => {
  it("matches JSON.stringify's output, plus a line end", () => {
    fc.assert(
      fc.property(bestYears, text, (best, title) => {
        const report = reportOf(best, title);
        const expected = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
        expect(joinBlocks(reportJson(report)).equals(expected)).to.equal(true);
      }),
    );
  });

  it("inserts best years only where they belong, even if a text looks like that place", () => {
    const report = Object.assign({ engine: '\n  "bestYears": []' }, reportOf([]));
    const [best] = fc.sample(bestYear, { seed: 1, numRuns: 1 });
    for (const bestYears of [[], best ? [best] : []]) {
      const json = joinBlocks(reportJson({ ...report, bestYears })).toString();
      expect(json).to.equal(`${JSON.stringify({ ...report, bestYears }, null, 2)}\n`);
    }
  });
});
