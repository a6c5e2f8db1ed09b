import { expect } from "chai";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { joinBlocks } from "../../../analytics/blocks";
import { readDataFile } from "../../../analytics/bls/dataFile";
import { csvFiles } from "../../../analytics/tables/csv";
import { dataFile, input, inputs, SETTINGS, tableOf } from "../../support/analysisInputs";

import { bestYears, reportOf } from "./arbitraries";

const OPTIONS = { generatedAt: new Date("2026-08-06T12:30:00Z") };
const ROWS = ["PRS30006032 2018 Q01 -0.5", "PRS30006032 2019 Q01 -0.5", "PRS30006032 2020 Q01 -7"];

describe("the CSV files", () => {
  it("hold the report's tables", async () => {
    const { csv } = await analyzeFiles(inputs(ROWS), SETTINGS, OPTIONS);
    expect(tableOf({ csv }, "series-population.csv")).to.equal(
      "\uFEFFseries_id,year,period,value,population\n" +
        "PRS30006032,2018,Q01,-0.5,327167439\nPRS30006032,2019,Q01,-0.5,\nPRS30006032,2020,Q01,-7,\n",
    );
    expect(tableOf({ csv }, "best-years.csv")).to.equal(
      "\uFEFFseries_id,year,value,title,unit,sector,measure,basis,quarters,tied_years\n" +
        'PRS30006032,2018,-0.5,"Manufacturing: measure 03, class 6, seasonal S",duration 2,Manufacturing,measure 03,' +
        "quarterly,1,2019\n",
    );
    expect(tableOf({ csv }, "yearly-sums.csv")).to.equal(
      "\uFEFFseries_id,year,value,quarters,basis\n" +
        "PRS30006032,2018,-0.5,1,quarterly\nPRS30006032,2019,-0.5,1,quarterly\nPRS30006032,2020,-7,1,quarterly\n",
    );
    expect(tableOf({ csv }, "population.csv")).to.equal(
      "\uFEFFyear,population\n2017,325719178\n2018,327167439\n",
    );
    expect(tableOf({ csv }, "population-summary.csv")).to.equal(
      "\uFEFFfrom,to,years,missing_years,mean,sample_standard_deviation,population_standard_deviation\n" +
        "2013,2018,2017 2018,2013 2014 2015 2016,326443308.5,1024075.1740280105,724130.5\n",
    );
  });

  it("escape text that a spreadsheet would run, but not numbers", async () => {
    for (const formula of ["=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)"]) {
      const sectors = input("pr.sector", `sector_code\tsector_name\n3000\t${formula}\n`);
      const files = [...inputs(ROWS).filter(({ name }) => name !== "pr.sector"), sectors];
      const { csv } = await analyzeFiles(files, SETTINGS, OPTIONS);
      expect(tableOf({ csv }, "best-years.csv")).to.include(`,-0.5,"'${formula}: measure 03`);
    }
  });
});

describe("best-years.csv", () => {
  it("matches csv-stringify's output for all rows at once", async () => {
    const { values } = await readDataFile(input("data", dataFile(["A 2001 Q01 1"])).open(), "data");
    fc.assert(
      fc.property(bestYears, (best) => {
        const csv = csvFiles({ report: reportOf(best), values, quarterly: Uint8Array.of(1) });
        const rows = best.map((row) => [
          ...[row.seriesId, row.year, row.value, row.title, row.unit, row.sector, row.measure, row.basis],
          ...[row.quarters, row.tiedYears.join(" ")],
        ]);
        const columns = "series_id,year,value,title,unit,sector,measure,basis,quarters,tied_years".split(",");
        const expected = stringify([columns, ...rows], { bom: true, escape_formulas: true });
        expect(joinBlocks(csv["best-years.csv"]()).equals(Buffer.from(expected))).to.equal(true);
      }),
    );
  });
});
