import { expect } from "chai";
import type { Provenance } from "../../../analytics/report";
import {
  isOtherProvenance,
  provenanceIn,
  provenanceMetadata,
  withKnown,
} from "../../../functions/population/provenance";

const NOTHING: Provenance = { dataset: null, source: null, cube: null };
const ONE_YEAR: Provenance = { dataset: "1-year", source: "Census Bureau", cube: "acs_1" };

describe("a population's provenance", () => {
  for (const [title, answer, stored, expected] of [
    ["the same", ONE_YEAR, ONE_YEAR, false],
    ["an answer that does not state it", NOTHING, ONE_YEAR, false],
    ["only another source", { ...ONE_YEAR, source: "DataUSA" }, ONE_YEAR, false],
    ["another dataset", { ...ONE_YEAR, dataset: "5-year" }, ONE_YEAR, true],
    ["a dataset that is named for the first time", ONE_YEAR, null, true],
    ["another cube", { ...NOTHING, cube: "acs_5" }, ONE_YEAR, true],
    ["a cube that is named for the first time", { ...NOTHING, cube: "acs_1" }, NOTHING, false],
  ] as const) {
    it(`${expected ? "differs" : "does not differ"}: ${title}`, () => {
      expect(isOtherProvenance(answer, stored)).to.equal(expected);
    });
  }

  it("survives as an object's metadata, without its unknown parts", () => {
    const known = { ...ONE_YEAR, source: null };
    expect(provenanceMetadata(known)).to.deep.equal({ dataset: "1-year", cube: "acs_1" });
    expect(provenanceIn(provenanceMetadata(known))).to.deep.equal(known);
    expect(provenanceIn({ md5: "00" })).to.equal(null);
  });

  it("missing from an answer is filled in from what is known, never the other way round", () => {
    expect(withKnown({ ...NOTHING, dataset: "5-year" }, ONE_YEAR)).to.deep.equal({
      ...ONE_YEAR,
      dataset: "5-year",
    });
    expect(withKnown(NOTHING, null)).to.deep.equal(NOTHING);
  });
});
