import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { analyzeFiles } from "../../analytics/analyzeFiles";
import { Report, reportJsonSchema } from "../../analytics/report";
import { input, inputs, SETTINGS, tableOf } from "./fixtures";

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

  it("disarm text that a spreadsheet would run, but leave numbers alone", async () => {
    for (const formula of ["=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)"]) {
      const sectors = input("pr.sector", `sector_code\tsector_name\n3000\t${formula}\n`);
      const files = [...inputs(ROWS).filter(({ name }) => name !== "pr.sector"), sectors];
      const { csv } = await analyzeFiles(files, SETTINGS, OPTIONS);
      expect(tableOf({ csv }, "best-years.csv")).to.include(`,-0.5,"'${formula}: measure 03`);
    }
  });
});

describe("the report's JSON Schema", () => {
  it("is in step with the code: npm run schema writes it", () => {
    const committed = readFileSync(path.resolve(__dirname, "../../docs/report.schema.json"), "utf8");
    expect(JSON.parse(committed)).to.deep.equal(reportJsonSchema());
  });

  it("describes every property that there is", async () => {
    const { report } = await analyzeFiles(inputs(ROWS), SETTINGS, OPTIONS);
    expect(Report.strict().parse(report)).to.deep.equal(report);
    const { properties, required } = reportJsonSchema();
    expect(Object.keys(report))
      .to.have.members(Object.keys(properties ?? {}))
      .and.to.have.members(required ?? []);
  });
});
