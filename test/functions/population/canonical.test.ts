import { expect } from "chai";
import { canonicalHash } from "../../../functions/population/canonical";

const ROWS = [
  { "Nation ID": "01000US", Nation: "United States", Year: 2013, Population: 316128839.0 },
  { "Nation ID": "01000US", Nation: "United States", Year: 2014, Population: 318857056.0 },
];

describe("the canonical form of data", () => {
  it("is the same for any order of rows and keys", () => {
    const shuffled = ROWS.map((row) => Object.fromEntries(Object.entries(row).reverse())).reverse();
    expect(canonicalHash(shuffled)).to.equal(canonicalHash(ROWS));
  });

  it("differs if a figure differs, a row is missing, or a row is repeated", () => {
    const [first, second] = ROWS;
    const others = [[first, { ...second, Population: 318857057 }], [first], [first, second, second]];
    expect(new Set([ROWS, ...others].map(canonicalHash)).size).to.equal(4);
  });
});
