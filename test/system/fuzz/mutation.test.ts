import { expect } from "chai";
import fc from "fast-check";
import { Report } from "../../../analytics/report";
import { naivePopulationMean, naiveReport } from "../../oracles/naive";
import { SETTINGS } from "../../support/analysisInputs";
import { GOOD, numbersOf, outcomeOf } from "./good";
import { mutated, mutations } from "./mutations";

const DATA_FILE = SETTINGS.dataFile;
const DATA = Buffer.from(GOOD[DATA_FILE] ?? "");

/** Expects a report with the naive numbers, or an AnalysisError if the naive parser finds nothing either. */
async function expectNaiveNumbers(bytes: Buffer, chunkBytes: number): Promise<boolean> {
  const { analysis, error } = await outcomeOf(DATA_FILE, bytes, chunkBytes);
  const expected = naiveReport(bytes);
  expect(analysis && numbersOf(Report.parse(analysis.report)), error?.message).to.deep.equal(expected);
  return analysis !== undefined;
}

describe("mutated input", function () {
  this.timeout(60_000);

  it("cut at every byte gives the naive numbers, or an error without any", async () => {
    for (let length = 0; length <= DATA.length; length++) {
      await expectNaiveNumbers(DATA.subarray(0, length), 64);
    }
  });

  it("in the data file gives the naive numbers, or an error without any", async () => {
    let reports = 0;
    await fc.assert(
      fc.asyncProperty(mutations, fc.integer({ min: 1, max: 400 }), async (changes, chunkBytes) => {
        if (await expectNaiveNumbers(mutated(DATA, changes), chunkBytes)) reports++;
      }),
      { seed: 1884, numRuns: 500 },
    );
    expect(reports, "reports made").to.be.within(150, 450);
  });

  it("in any other file leaves the series' numbers unchanged, or gives an error", async () => {
    const others = Object.keys(GOOD).filter((name) => name !== DATA_FILE);
    const expected = naiveReport(DATA);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...others), mutations, async (name, changes) => {
        const content = mutated(Buffer.from(GOOD[name] ?? ""), changes);
        const { analysis } = await outcomeOf(name, content);
        if (analysis !== undefined) expect(numbersOf(Report.parse(analysis.report))).to.deep.equal(expected);
      }),
      { seed: 1884, numRuns: 500 },
    );
  });

  it("in the population gives the mean of the figures that a naive reader finds, or an error", async () => {
    let reports = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const content = mutated(Buffer.from(GOOD["nation.json"] ?? ""), changes);
        const { analysis } = await outcomeOf("nation.json", content);
        if (analysis === undefined) return;
        reports++;
        expect(analysis.report.populationSummary?.mean).to.equal(naivePopulationMean(content));
      }),
      { seed: 1884, numRuns: 500 },
    );
    expect(reports, "reports made").to.be.greaterThan(50);
  });
});
