import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { analyzeFiles } from "../../analytics/analyzeFiles";
import { Report, reportJsonSchema } from "../../analytics/report";
import { inputs, SETTINGS } from "../support/analysisInputs";

const OPTIONS = { generatedAt: new Date("2026-08-06T12:30:00Z") };
const ROWS = ["PRS30006032 2018 Q01 -0.5", "PRS30006032 2019 Q01 -0.5", "PRS30006032 2020 Q01 -7"];

describe("the report's JSON Schema", () => {
  it("matches the code: npm run schema writes it", () => {
    const committed = readFileSync(path.resolve(__dirname, "../../docs/report.schema.json"), "utf8");
    expect(JSON.parse(committed)).to.deep.equal(reportJsonSchema());
  });

  it("describes every property", async () => {
    const { report } = await analyzeFiles(inputs(ROWS), SETTINGS, OPTIONS);
    expect(Report.strict().parse(report)).to.deep.equal(report);
    const { properties, required } = reportJsonSchema();
    expect(Object.keys(report))
      .to.have.members(Object.keys(properties ?? {}))
      .and.to.have.members(required ?? []);
  });
});
