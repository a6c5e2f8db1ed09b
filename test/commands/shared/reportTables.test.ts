import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { renderReport } from "../../../commands/shared/reportTables";
import { asPrevious, inputs, SETTINGS } from "../../support/analysisInputs";

const ROWS = ["PRS30006032 2017 Q01 1234.5", "PRS30006032 2018 Q01 1234.5", "PRS30006032 2018 Q01 9"];

describe("renderReport", () => {
  it("shows refused rows first, then missing years, ties and changes, in 80 columns", async () => {
    const first = await analyzeFiles(inputs(["PRS30006032 2018 Q01 1"]), SETTINGS, {
      generatedAt: new Date(0),
    });
    const previous = asPrevious(first);
    const { report } = await analyzeFiles(inputs(ROWS), SETTINGS, { generatedAt: new Date(1), previous });
    const text = renderReport(report, { columns: 80 });
    expect(stripVTControlCharacters(text)).to.match(/^Quality\n/);
    expect(text).to.include("over 2 years with a figure, none for 2013, 2014, 2015, 2016");
    expect(text).to.include("In 1, years tie");
    expect(text).to.include(
      "3 rows, 1 of them refused.\nwarning duplicate: 1. pr.data.0.Current, line 4, has",
    );
    expect(text).to.include(
      "1970-01-01T00:00:00.000Z: BLS revised 1 value in 1 series and added 1 row; 1 best year moved.\n" +
        "Largest revision: PRS30006032 2018 Q01, 1.0 → 1,234.5.\nMost revised: PRS30006032 (1).\n" +
        "Best year of PRS30006032: 2018 → 2017.",
    );
    expect(text).to.match(/2018 │ 1,234\.5 │ 327,167,439/);
    const tables = text.split("\n").filter((line) => line.startsWith("│"));
    expect(Math.max(...tables.map((line) => line.length))).to.be.at.most(80);
  });

  it("calls files in the quality section by the reader's names for them", async () => {
    const { report } = await analyzeFiles(inputs(ROWS), SETTINGS, { generatedAt: new Date(1) });
    const fileNames = new Map([["pr.data.0.Current", "pr.data.0.Current.txt"]]);
    expect(stripVTControlCharacters(renderReport(report, { fileNames }))).to.match(
      /^Quality\npr\.data\.0\.Current\.txt: 3 rows, 1 of them refused\.\nwarning duplicate: 1\. pr\.data\.0\.Current\.txt, line 4, has/,
    );
  });

  it("says if the series has no value", async () => {
    const settings = { ...SETTINGS, seriesId: "NOT-THERE" };
    const { report } = await analyzeFiles(inputs(ROWS), settings, { generatedAt: new Date(0) });
    expect(renderReport(report)).to.include("It has no value for Q01.");
  });
});
