import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { input, inputs, SETTINGS } from "../../support/analysisInputs";
import { NOW, outcomeOf, replace, rows } from "../quality/outcomes";

describe("codes that BLS does not list", () => {
  it("flags each series missing from <survey>.series once, at its first row, and keeps its rows", async () => {
    const unknown = ["X 2000 Q01 1", "PRS30006032 2000 Q01 1", "X 2001 Q01 1", "Y 2000 Q01 1"];
    const outcome = await outcomeOf(inputs(unknown), "unknownSeries");
    expect(outcome).to.deep.equal({
      rule: "unknownSeries",
      severity: "warning",
      count: 2,
      examples: [
        { file: SETTINGS.dataFile, line: 2, reason: "begins the series X, which pr.series does not list" },
        { file: SETTINGS.dataFile, line: 5, reason: "begins the series Y, which pr.series does not list" },
      ],
    });
    expect((await analyzeFiles(inputs(unknown), SETTINGS, NOW)).report.quality.rowsKept).to.equal(4);
  });

  const FOOTNOTES: [codes: string, listed: boolean][] = [
    ["", true],
    ["R", true],
    ["R,11", true],
    ["11,R,", true],
    ["Z", false],
    ["R,Z", false],
    ["RR", false],
    ["1", false],
    ["__proto__", false],
  ];
  for (const [codes, listed] of FOOTNOTES) {
    it(`${listed ? "accepts" : "flags"} the footnote codes "${codes}"`, async () => {
      const table = input("pr.footnote", "footnote_code\tfootnote_text\r\nR\trevised\r\n11\televen\r\n");
      const files = replace(inputs([...rows(1), `X 2001 Q01 1 ${codes}`, "X 2002 Q01 1 R"]), table);
      const outcome = await outcomeOf(files, "unknownFootnote");
      expect(outcome?.count).to.equal(listed ? 0 : 1);
      if (!listed) expect(outcome?.examples[0]).to.include({ line: 3 });
      expect((await analyzeFiles(files, SETTINGS, NOW)).report.quality.rowsKept).to.equal(3);
    });
  }

  it("replaces control characters in footnote codes", async () => {
    const table = input("pr.footnote", "footnote_code\tfootnote_text\r\nR\trevised\r\n");
    const files = replace(inputs(["X 2001 Q01 1 \u009B31mX\u202Eabc"]), table);
    const outcome = await outcomeOf(files, "unknownFootnote");
    expect(outcome?.examples[0]?.reason).to.include('the footnote codes "\uFFFD31mX\uFFFDabc"');
  });

  it("flags a period missing from <survey>.period, and keeps the row", async () => {
    const files = replace(inputs([...rows(1), "X 2001 Q05 1"]), input("pr.period", "period\nQ01\nQ02\n"));
    expect(await outcomeOf(files, "unknownPeriod")).to.deep.include({ count: 1 });
    expect((await analyzeFiles(files, SETTINGS, NOW)).report.bestYears).to.have.length(2);
  });
});
