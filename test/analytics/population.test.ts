import { expect } from "chai";
import { analyzeFiles } from "../../analytics/analyzeFiles";
import { InputError } from "../../analytics/errors";
import { nation, SETTINGS } from "../support/analysisInputs";
import { NOW, outcomeOf, refusalOf, withPopulation } from "./quality/outcomes";

describe("reading the population", () => {
  const summary = async (content: string) =>
    (await analyzeFiles(withPopulation(content), SETTINGS, NOW)).report.populationSummary;

  it("accepts years as numbers or strings and a repeated year, and skips other nations", async () => {
    const answer = JSON.parse(nation(["2014", 120e6], [2013, 110e6], [2013, 110e6], [2019, 100e6])) as {
      data: object[];
    };
    answer.data.push({ Nation: "Puerto Rico", Year: 2015, Population: 200e6 });
    const found = await summary(JSON.stringify(answer));
    expect(found).to.deep.include({
      years: [2013, 2014],
      missingYears: [2015, 2016, 2017, 2018],
      mean: 115e6,
    });
    expect(found?.populationStandardDeviation).to.equal(5e6);
    expect(found?.sampleStandardDeviation).to.be.closeTo(7_071_067.8118, 1e-3);
  });

  it("gives no sample standard deviation for one year", async () => {
    expect(await summary(nation([2013, 110e6]))).to.deep.include({
      mean: 110e6,
      sampleStandardDeviation: null,
      populationStandardDeviation: 0,
    });
  });

  const useless: [what: string, content: string, reason: RegExp][] = [
    ["text that is not JSON", "<html>", /is not JSON; it begins with "<html>"/],
    ["an answer without data", "{}", /is not a population answer: data/],
    [
      "two figures for one year",
      nation([2013, 110e6], [2013, 120e6]),
      /two populations for 2013: 110000000 and 120000000/,
    ],
  ];
  for (const [what, content, reason] of useless) {
    it(`rejects ${what}`, async () => {
      const error = await analyzeFiles(withPopulation(content), SETTINGS, NOW).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(InputError);
      expect((error as InputError).message)
        .to.match(reason)
        .and.include("nation.json");
    });
  }
});

describe("rows of the population", () => {
  const row = { Nation: "United States", Year: 2017, Population: 300_000_000 };
  const bad: [what: string, row: unknown, reason: string][] = [
    [
      "with a population of zero",
      { ...row, Population: 0 },
      "no Population that is a whole number from 100,000,000 to 1,000,000,000",
    ],
    ["with a negative population", { ...row, Population: -1 }, "no Population"],
    ["with a fraction of a person", { ...row, Population: 300_000_000.5 }, "no Population"],
    ["without a population", { ...row, Population: null }, "no Population"],
    ["with a population in a string", { ...row, Population: "300000000" }, "no Population"],
    ["with too small a population", { ...row, Population: 99_999_999 }, "no Population"],
    ["with too large a population", { ...row, Population: 1_000_000_001 }, "no Population"],
    ["with a population of 1e308", { ...row, Population: 1e308 }, "no Population"],
    ["with the year 0", { ...row, Year: 0 }, "no Year of four digits"],
    ["with the year 99999", { ...row, Year: 99_999 }, "no Year"],
    ["with a fraction of a year", { ...row, Year: 2017.5 }, "no Year"],
    ["with a year that is not a number", { ...row, Year: "x" }, "no Year"],
    ["with only a nation", { Nation: "United States" }, "no Year of four digits and no Population"],
    ["without a nation", { Year: 2017, Population: 300_000_000 }, "no Nation"],
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

  it("prevents a report if no year can be kept", async () => {
    const nothing = await refusalOf(withPopulation('{"data":[]}'));
    expect(nothing.message).to.equal("nation.json has no population of the United States that can be kept.");
    const { message, refused } = await refusalOf(withPopulation(nation([2013, 1.5])));
    expect(message).to.match(
      /can be kept; the first row that was refused has no Population .* in data\[0\]\.$/,
    );
    expect(refused).to.have.length(1);
  });

  it("prevents a report if the answer has fewer rows than it announces", async () => {
    const rowsOf = (total: number) =>
      JSON.stringify({ data: [{ ...row }, { ...row, Year: 2018 }], page: { limit: 0, offset: 0, total } });
    const { message } = await refusalOf(withPopulation(rowsOf(11)));
    expect(message).to.equal("nation.json has 2 rows of the 11 that it announces.");
    expect((await outcomeOf(withPopulation(rowsOf(2)), "populationCutShort"))?.count).to.equal(0);
  });
});
