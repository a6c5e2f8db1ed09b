import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { dataFile, input, inputs, SETTINGS } from "../../support/analysisInputs";
import { comparedWith, LIMITS, NOW, outcomeOf, refusalOf, replace, rows } from "./outcomes";

describe("checking the share of refused rows", () => {
  const withBad = (good: number, bad: number, row: string) =>
    inputs([...rows(good), ...Array.from({ length: bad }, () => row)]);

  it("allows a report at the limit; above it prevents one and returns the refused rows", async () => {
    const options = { ...NOW, limits: LIMITS };
    expect((await outcomeOf(withBad(99, 1, "X 2000 Q01 ?"), "refusedShare", options))?.count).to.equal(0);
    const { message, quality, refused, fingerprint } = await refusalOf(
      withBad(98, 2, "X 2000 Q01 ?"),
      options,
    );
    expect(message).to.match(
      /^pr\.data\.0\.Current has 100 rows, of which 2 are refused, more than the 1 % allowed; the first, line 100, has a value/,
    );
    expect(quality).to.include({ rowsRead: 100, rowsKept: 98 });
    expect(refused.map(({ line, rule }) => [line, rule])).to.deep.equal([
      [100, "value"],
      [101, "value"],
    ]);
    const { report } = await analyzeFiles(withBad(98, 2, "X 2000 Q01 ?"), SETTINGS, NOW);
    expect(report.fingerprint).to.equal(fingerprint);
  });

  it("does not count rows without a value, or repeated rows, as faulty", async () => {
    const options = { ...NOW, limits: LIMITS };
    expect(await outcomeOf(withBad(99, 9, "X 2000 Q01 -"), "missing", options)).to.deep.include({
      severity: "info",
      count: 9,
    });
    expect(await outcomeOf(withBad(9, 10, "X 2000 Q01 -"), "missing", options), "most rows").to.deep.include({
      severity: "warning",
      count: 10,
    });
    expect(await outcomeOf(withBad(1, 9, "PRS30006032 1900 Q01 1.0"), "repeated", options)).to.deep.include({
      severity: "info",
      count: 9,
    });
  });

  it("prevents a report if no row can be kept, whatever the limits", async () => {
    const { message } = await refusalOf(inputs(["S 2001 Q01 x", "S 2001 Q02 y"]));
    expect(message).to.match(/has 2 rows, and none can be kept; the first, line 2, has a value/);
  });
});

describe("checking for lost values", () => {
  it("allows the loss of a tenth of the values, but not more", async () => {
    const before = comparedWith(await analyzeFiles(inputs(rows(100)), SETTINGS, NOW));
    const { report } = await analyzeFiles(inputs(rows(90)), SETTINGS, before);
    expect(report.changes?.rowsRemoved).to.equal(10);
    const { message, quality } = await refusalOf(inputs(rows(89)), before);
    expect(message).to.equal(
      "pr.data.0.Current has 89 values, 11 fewer than the 100 of the previous report, more than the 10 % allowed.",
    );
    const outcome = quality.rules.find(({ rule }) => rule === "rowLoss");
    expect(outcome).to.include({ severity: "error", count: 11 });
  });

  it("does not compare with the values of another data file", async () => {
    const before = comparedWith(await analyzeFiles(inputs(rows(100)), SETTINGS, NOW));
    const settings = { ...SETTINGS, dataFile: "pr.data.1.AllData" };
    const files = replace(inputs([]), input(settings.dataFile, dataFile(rows(10))));
    const { report } = await analyzeFiles(files, settings, before);
    expect(report.changes).to.equal(null);
    expect(report.quality.rules.find(({ rule }) => rule === "rowLoss")?.count).to.equal(null);
  });
});

describe("checking the chosen series", () => {
  it("flags a series without values, such as a typo", async () => {
    for (const settings of [
      { ...SETTINGS, seriesId: "PRS3000603Z" },
      { ...SETTINGS, period: "Q04" },
    ]) {
      const { report } = await analyzeFiles(inputs(rows(2)), settings, NOW);
      expect(report.quality.rules.find(({ rule }) => rule === "chosenSeries")).to.deep.equal({
        rule: "chosenSeries",
        severity: "warning",
        count: 1,
        examples: [
          {
            file: SETTINGS.dataFile,
            line: null,
            reason: `has no value of ${settings.seriesId} for ${settings.period}, which the settings name`,
          },
        ],
      });
    }
    expect((await outcomeOf(inputs(rows(2)), "chosenSeries"))?.count).to.equal(0);
  });
});

describe("checking without the files to check against", () => {
  it("names the rules that cannot be checked", async () => {
    const alone = [input(SETTINGS.dataFile, dataFile(rows(1)))];
    const { report } = await analyzeFiles(alone, SETTINGS, { ...NOW, allowMissing: true });
    expect(report.quality.rules.filter(({ count }) => count === null).map(({ rule }) => rule)).to.deep.equal([
      "unknownSeries",
      "absentSeries",
      "unknownCode",
      "unknownPeriod",
      "unknownFootnote",
      "rowLoss",
      "population",
      "populationJump",
      "populationReplaced",
      "populationCutShort",
    ]);
  });
});
