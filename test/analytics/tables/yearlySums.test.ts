import { expect } from "chai";
import fc from "fast-check";
import { joinBlocks } from "../../../analytics/blocks";
import { readDataFile } from "../../../analytics/bls/dataFile";
import { csvFiles } from "../../../analytics/tables/csv";
import { dataFile, input } from "../../support/analysisInputs";

import { reportOf } from "./arbitraries";

/** `yearly-sums.csv` for rows such as `A 2001 Q01 1`. */
async function yearlySums(rows: readonly string[], quarterly: readonly number[]): Promise<string> {
  const { values } = await readDataFile(input("data", dataFile(rows, "\n", 0)).open(), "data");
  const csv = csvFiles({ report: reportOf([]), values, quarterly: Uint8Array.from(quarterly) });
  return joinBlocks(csv["yearly-sums.csv"]()).toString();
}

describe("yearly-sums.csv", () => {
  it("prints every value as JavaScript prints the decimal", async () => {
    const limit = 10 ** 15;
    const thousandths = fc.oneof(
      fc.integer({ min: -2100, max: 2100 }),
      fc.integer(),
      fc.integer({ min: -limit, max: limit }),
      fc.constantFrom(0, 1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, limit, -limit, 10 ** 9),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(thousandths, { minLength: 1, maxLength: 300 }), async (values) => {
        const decimals = values.map((value) => {
          const digits = String(Math.abs(value)).padStart(4, "0");
          return `${value < 0 ? "-" : ""}${digits.slice(0, -3)}.${digits.slice(-3)}`;
        });
        const table = await yearlySums(
          decimals.map((decimal, at) => `A ${1800 + at} Q05 ${decimal}`),
          [0],
        );
        const lines = decimals.map((decimal, at) => `A,${1800 + at},${Number(decimal)},0,annual\n`);
        expect(table).to.equal(`\uFEFFseries_id,year,value,quarters,basis\n${lines.join("")}`);
      }),
    );
  });

  it("escapes ids that a spreadsheet would run, and counts the quarters of each year", async () => {
    const rows = ["-A 2001 Q01 1", "-A 2001 Q04 -3.25", "-A 2000 Q02 7", "B 2001 Q05 2", "-A 1999 Q05 5"];
    expect(await yearlySums(rows, [1, 0])).to.equal(
      "\uFEFFseries_id,year,value,quarters,basis\n" +
        "'-A,2000,7,1,quarterly\n'-A,2001,-2.25,2,quarterly\nB,2001,2,0,annual\n",
    );
  });

  it("is split into blocks at line ends; each block is valid until the next one", async () => {
    const rows = Array.from({ length: 40_000 }, (_, at) => `S${at >> 8} ${1900 + (at & 255)} Q01 ${at}`);
    const { values } = await readDataFile(input("data", dataFile(rows, "\n", 0)).open(), "data");
    const csv = csvFiles({ report: reportOf([]), values, quarterly: new Uint8Array(157).fill(1) });
    const lines: string[] = [];
    let blocks = 0;
    for (const block of csv["yearly-sums.csv"]()) {
      const part = Buffer.from(block).toString();
      expect(part.endsWith("\n")).to.equal(true);
      lines.push(...part.trimEnd().split("\n"));
      blocks++;
    }
    expect(blocks).to.be.greaterThan(3);
    const expected = rows.map((row) => {
      const [series, year, , value] = row.split(" ");
      return `${series},${year},${value},1,quarterly`;
    });
    expect(lines.slice(1).sort()).to.deep.equal(expected.sort());
  });
});
