import { expect } from "chai";
import {
  type Analysis,
  type AnalyzeOptions,
  analyzeFiles,
  type InputFile,
} from "../../../analytics/analyzeFiles";
import { QualityError, type Refusal } from "../../../analytics/errors";
import type { Rule } from "../../../analytics/rules";
import { asPrevious, dataFile, input, inputs, nation, SETTINGS } from "../fixtures";

const NOW = { generatedAt: new Date("2026-08-06T12:30:00Z") };
const LIMITS = { maxRowLossPercent: 10, maxRefusedPercent: 1 };

/** `count` good rows of one listed series. */
const rows = (count: number) => Array.from({ length: count }, (_, at) => `PRS30006032 ${1900 + at} Q01 1`);

const replace = (files: readonly InputFile[], ...others: InputFile[]) => [
  ...files.filter(({ name }) => others.every((other) => other.name !== name)),
  ...others,
];

const withPopulation = (content: string) => replace(inputs(rows(1)), input("nation.json", content));

async function found(files: readonly InputFile[], rule: Rule, options: AnalyzeOptions = NOW) {
  const { report } = await analyzeFiles(files, SETTINGS, options);
  return report.quality.rules.find((outcome) => outcome.rule === rule);
}

async function refusal(
  files: readonly InputFile[],
  options: AnalyzeOptions = NOW,
): Promise<{ message: string } & Refusal> {
  try {
    await analyzeFiles(files, SETTINGS, options);
  } catch (error) {
    expect(error).to.be.instanceOf(QualityError);
    const { message, refusal } = error as QualityError;
    return { message, ...refusal };
  }
  throw new Error("A report was made.");
}

const since = (analysis: Analysis): AnalyzeOptions => {
  return { ...NOW, limits: LIMITS, previous: asPrevious(analysis) };
};

describe("quality: codes that BLS does not list", () => {
  it("flags every series that <survey>.series lacks, once, where it begins, and keeps its rows", async () => {
    const unknown = ["X 2000 Q01 1", "PRS30006032 2000 Q01 1", "X 2001 Q01 1", "Y 2000 Q01 1"];
    const outcome = await found(inputs(unknown), "unknownSeries");
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
      const outcome = await found(files, "unknownFootnote");
      expect(outcome?.count).to.equal(listed ? 0 : 1);
      if (!listed) expect(outcome?.examples[0]).to.include({ line: 3 });
      expect((await analyzeFiles(files, SETTINGS, NOW)).report.quality.rowsKept).to.equal(3);
    });
  }

  it("shows footnote codes without what a terminal would obey", async () => {
    const table = input("pr.footnote", "footnote_code\tfootnote_text\r\nR\trevised\r\n");
    const files = replace(inputs(["X 2001 Q01 1 \u009B31mX\u202Eabc"]), table);
    const outcome = await found(files, "unknownFootnote");
    expect(outcome?.examples[0]?.reason).to.include('the footnote codes "\uFFFD31mX\uFFFDabc"');
  });

  it("flags a period that <survey>.period lacks, and keeps the row", async () => {
    const files = replace(inputs([...rows(1), "X 2001 Q05 1"]), input("pr.period", "period\nQ01\nQ02\n"));
    expect(await found(files, "unknownPeriod")).to.deep.include({ count: 1 });
    expect((await analyzeFiles(files, SETTINGS, NOW)).report.bestYears).to.have.length(2);
  });

  it("says which rules could not be checked, because the list is not there", async () => {
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

  it("shows five examples and counts all", async () => {
    const unknown = Array.from({ length: 7 }, (_, at) => `X${at} 2000 Q01 1`);
    const outcome = await found(inputs(unknown), "unknownSeries");
    expect(outcome?.count).to.equal(7);
    expect(outcome?.examples.map(({ line }) => line)).to.deep.equal([2, 3, 4, 5, 6]);
  });
});

describe("quality: rows refused", () => {
  const withBad = (good: number, bad: number, row: string) =>
    inputs([...rows(good), ...Array.from({ length: bad }, () => row)]);

  it("makes a report at the limit, and none above it, and hands over the rows", async () => {
    const options = { ...NOW, limits: LIMITS };
    expect((await found(withBad(99, 1, "X 2000 Q01 ?"), "refusedShare", options))?.count).to.equal(0);
    const { message, quality, refused, fingerprint } = await refusal(withBad(98, 2, "X 2000 Q01 ?"), options);
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

  it("takes rows without a value, and rows that say the same again, for no fault", async () => {
    const options = { ...NOW, limits: LIMITS };
    expect(await found(withBad(99, 9, "X 2000 Q01 -"), "missing", options)).to.deep.include({
      severity: "info",
      count: 9,
    });
    expect(await found(withBad(9, 10, "X 2000 Q01 -"), "missing", options), "most rows").to.deep.include({
      severity: "warning",
      count: 10,
    });
    expect(await found(withBad(1, 9, "PRS30006032 1900 Q01 1.0"), "repeated", options)).to.deep.include({
      severity: "info",
      count: 9,
    });
  });

  it("makes no report when no row can be kept, whatever the limits", async () => {
    const { message } = await refusal(inputs(["S 2001 Q01 x", "S 2001 Q02 y"]));
    expect(message).to.match(/has 2 rows, and none can be kept; the first, line 2, has a value/);
  });
});

describe("quality: against the analysis before", () => {
  it("makes a report when a tenth of the values went, and none when more did", async () => {
    const before = since(await analyzeFiles(inputs(rows(100)), SETTINGS, NOW));
    const { report } = await analyzeFiles(inputs(rows(90)), SETTINGS, before);
    expect(report.changes?.rowsRemoved).to.equal(10);
    const { message, quality } = await refusal(inputs(rows(89)), before);
    expect(message).to.equal(
      "pr.data.0.Current has 89 values, 11 fewer than the 100 of the previous report, more than the 10 % allowed.",
    );
    const outcome = quality.rules.find(({ rule }) => rule === "rowLoss");
    expect(outcome).to.include({ severity: "error", count: 11 });
  });

  it("compares nothing with the values of another data file", async () => {
    const before = since(await analyzeFiles(inputs(rows(100)), SETTINGS, NOW));
    const settings = { ...SETTINGS, dataFile: "pr.data.1.AllData" };
    const files = replace(inputs([]), input(settings.dataFile, dataFile(rows(10))));
    const { report } = await analyzeFiles(files, settings, before);
    expect(report.changes).to.equal(null);
    expect(report.quality.rules.find(({ rule }) => rule === "rowLoss")?.count).to.equal(null);
  });

  it("makes no report when years of the population are gone, be they refused or not there", async () => {
    const before = since(await analyzeFiles(inputs(rows(1)), SETTINGS, NOW));
    for (const content of [nation([2018, 327_167_439]), nation([2017, 0], [2018, 327_167_439])]) {
      const { message } = await refusal(withPopulation(content), before);
      expect(message).to.equal("nation.json has no population for 2017, which the previous report had.");
    }
  });
});

describe("quality: the series chosen", () => {
  it("is flagged where it has no value, as after a slip of the pen", async () => {
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
    expect((await found(inputs(rows(2)), "chosenSeries"))?.count).to.equal(0);
  });
});

describe("quality: the population", () => {
  const row = { Nation: "United States", Year: 2017, Population: 300_000_000 };
  const bad: [what: string, row: unknown, reason: string][] = [
    [
      "of nobody",
      { ...row, Population: 0 },
      "no Population that is a whole number from 100,000,000 to 1,000,000,000",
    ],
    ["below zero", { ...row, Population: -1 }, "no Population"],
    ["with a fraction", { ...row, Population: 300_000_000.5 }, "no Population"],
    ["of null", { ...row, Population: null }, "no Population"],
    ["in a string", { ...row, Population: "300000000" }, "no Population"],
    ["of fewer than a state has", { ...row, Population: 99_999_999 }, "no Population"],
    ["of more than the nation has", { ...row, Population: 1_000_000_001 }, "no Population"],
    ["beyond doubles", { ...row, Population: 1e308 }, "no Population"],
    ["of year 0", { ...row, Year: 0 }, "no Year of four digits"],
    ["of year 99999", { ...row, Year: 99_999 }, "no Year"],
    ["of half a year", { ...row, Year: 2017.5 }, "no Year"],
    ["of a year in words", { ...row, Year: "x" }, "no Year"],
    ["of no year and nobody", { Nation: "United States" }, "no Year of four digits and no Population"],
    ["of no place", { Year: 2017, Population: 300_000_000 }, "no Nation"],
    ["that is null", null, "no Nation"],
  ];
  for (const [what, wrong, reason] of bad) {
    it(`refuses a row ${what} and keeps the rest`, async () => {
      const content = JSON.stringify({ data: [wrong, { ...row, Year: 2018, Population: 310_000_000 }] });
      const { report, refused } = await analyzeFiles(withPopulation(content), SETTINGS, NOW);
      expect(report.populationSummary).to.deep.include({ years: [2018], mean: 310_000_000 });
      expect(refused).to.have.length(1);
      expect(refused[0]).to.include({ file: "nation.json", line: null, rule: "population" });
      expect(refused[0]?.text).to.equal(JSON.stringify(wrong));
      expect(refused[0]?.reason).to.match(new RegExp(`^has ${reason}.* in data\\[0\\]$`));
    });
  }

  it("makes no report when no year can be kept", async () => {
    const nothing = await refusal(withPopulation('{"data":[]}'));
    expect(nothing.message).to.equal("nation.json has no population of the United States that can be kept.");
    const { message, refused } = await refusal(withPopulation(nation([2013, 1.5])));
    expect(message).to.match(
      /can be kept; the first row that was refused has no Population .* in data\[0\]\.$/,
    );
    expect(refused).to.have.length(1);
  });

  it("makes no report of an answer that holds fewer rows than it announces", async () => {
    const rowsOf = (total: number) =>
      JSON.stringify({ data: [{ ...row }, { ...row, Year: 2018 }], page: { limit: 0, offset: 0, total } });
    const { message } = await refusal(withPopulation(rowsOf(11)));
    expect(message).to.equal("nation.json has 2 rows of the 11 that it announces.");
    expect((await found(withPopulation(rowsOf(2)), "populationCutShort"))?.count).to.equal(0);
  });

  it("flags years that are more than 5 % a year apart, and keeps them", async () => {
    const content = nation([2013, 200e6], [2014, 210e6], [2016, 189e6], [2017, 198e6], [2018, 208e6]);
    const outcome = await found(withPopulation(content), "populationJump");
    expect(outcome).to.deep.include({ severity: "warning", count: 1 });
    expect(outcome?.examples[0]?.reason).to.equal(
      "has 208,000,000 persons for 2018 and 198,000,000 for 2017, a change of more than 5 % a year",
    );
  });
});
