import { expect } from "chai";
import { findInputs, isTable } from "../../../functions/analysis/inputs";
import { SETTINGS } from "../../support/analysisInputs";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";

describe("the report's inputs", () => {
  for (const [name, expected] of [
    ["pr.series", true],
    ["pr.period", true],
    ["pr.txt", false],
    ["pr.contacts", false],
    ["pr.data.0.Current", false],
    ["ce.series", false],
    ["pr", false],
  ] as const) {
    it(`${expected ? "include" : "do not include"} ${name} as a table`, () => {
      expect(isTable(name, "pr")).to.equal(expected);
    });
  }

  describe("in the data bucket", () => {
    let buckets: TestBuckets;

    before(async () => {
      buckets = await startTestBuckets();
    });
    after(() => buckets.close());

    it("are those of the data file, the tables and the population that exist", async () => {
      const { data } = buckets;
      expect(await findInputs(data, SETTINGS)).to.deep.equal([]);
      for (const name of ["pr.series", "pr.txt", "pr.data.1.AllData", SETTINGS.dataFile]) {
        await buckets.put(`raw/bls/pr/${name}`, name);
      }
      await buckets.put("raw/bls/ce/ce.series", "of another survey");
      const metadata = { dataset: "ACS 1-year Estimate", "fetched-at": "2026-03-01T14:00:00.000Z" };
      await data.put("raw/population/nation.json", "{}", "application/json", { metadata });
      const [dataFile, series, population, ...others] = await findInputs(data, SETTINGS);
      expect(others).to.deep.equal([]);
      expect(dataFile).to.include({
        name: SETTINGS.dataFile,
        key: `raw/bls/pr/${SETTINGS.dataFile}`,
        provenance: null,
      });
      expect(series).to.include({ name: "pr.series", key: "raw/bls/pr/pr.series" });
      expect(population).to.deep.include({
        name: "nation.json",
        key: "raw/population/nation.json",
        fetchedAt: "2026-03-01T14:00:00.000Z",
        provenance: { dataset: "ACS 1-year Estimate", source: null, cube: null },
      });
    });
  });
});
