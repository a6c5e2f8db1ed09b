import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
  type Analysis,
  type AnalyzeOptions,
  analyzeFiles,
  type InputFile,
} from "../../analytics/analyzeFiles";
import { joinBlocks } from "../../analytics/blocks";
import { MissingInputError, SettingsError } from "../../analytics/errors";
import {
  dataFile,
  input,
  inputs,
  real,
  SETTINGS,
  skipWithoutRealFiles,
  tableOf,
} from "../support/analysisInputs";

const OPTIONS: AnalyzeOptions = { generatedAt: new Date("2026-08-06T12:30:00Z") };
const ROWS = [
  "PRS30006032 2018 Q01 0.5",
  "PRS30006032 2018 Q02 1.5",
  "PRS30006032 2019 Q01 2",
  "X 2001 Q05 3.125",
];

const without = (name: string) => inputs(ROWS).filter((file) => file.name !== name);
const replaced = (file: InputFile) => [...without(file.name), file];

async function failure(
  files: readonly InputFile[],
  options = OPTIONS,
  settings = SETTINGS,
): Promise<unknown> {
  return analyzeFiles(files, settings, options).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("analysing the real files", () => {
  let report: Analysis["report"];

  before(async function () {
    skipWithoutRealFiles(this);
    ({ report } = await analyzeFiles(real.files(), SETTINGS, OPTIONS));
  });

  it("gives every year of the population", () => {
    expect(report.population?.map(({ year }) => year)).to.deep.equal([
      2013, 2014, 2015, 2016, 2017, 2018, 2019, 2021, 2022, 2023, 2024,
    ]);
  });

  it("gives the known answers", () => {
    const best = new Map(report.bestYears.map(({ seriesId, year, value }) => [seriesId, [year, value]]));
    expect(best.get("PRS30006011")).to.deep.equal([2022, 16.4]);
    expect(best.get("PRS30006012")).to.deep.equal([2022, 13]);
    expect(best.get("PRS30006032")).to.deep.equal([2021, 13.8]);

    const quarterly = report.bestYears.filter(({ basis }) => basis === "quarterly");
    expect(quarterly).to.have.length(237);
    const thousandths = quarterly.reduce((sum, { value }) => sum + Math.round(value * 1000), 0);
    expect(thousandths).to.equal(44_976_446);
    const lines = quarterly.map(({ seriesId, year, value }) => `${seriesId},${year},${value.toFixed(3)}\n`);
    const hash = createHash("sha256").update(lines.sort().join("")).digest("hex");
    expect(hash.slice(0, 16)).to.equal("1be2fc8694f3f02a");

    const { rows, title, unit } = report.seriesPopulation;
    expect(rows.map(({ year }) => year)).to.deep.equal(Array.from({ length: 31 }, (_, at) => 1995 + at));
    expect(rows.filter(({ population }) => population !== null)).to.have.length(11);
    expect(rows.find(({ year }) => year === 2018)).to.deep.equal({
      year: 2018,
      value: 0.5,
      population: 327_167_439,
    });
    expect(title).to.equal("Manufacturing: Hours worked, All workers, Seasonal Adjusted");
    expect(unit).to.equal("% Change from previous quarter");

    expect(report.populationSummary).to.deep.include({ mean: 322_069_808, missingYears: [] });
    expect(report.populationSummary?.sampleStandardDeviation).to.be.closeTo(4_158_441.0409, 5e-5);
    expect(report.populationSummary?.populationStandardDeviation).to.be.closeTo(3_796_119.9369, 5e-5);
    expect(report.quality).to.deep.include({ rowsRead: 37_881, rowsKept: 37_881 });
  });

  it("lists every file it read, and no other", () => {
    const data = report.inputs.find(({ name }) => name === SETTINGS.dataFile);
    const bytes = readFileSync(real.dataPath);
    expect(data).to.include({ bytes: bytes.length, rows: 37_881 });
    expect(data?.sha256).to.equal(createHash("sha256").update(bytes).digest("hex"));
    expect(report.inputs.map(({ name }) => name).sort()).to.deep.equal(
      ["nation.json"].concat(
        ["class", "data.0.Current", "duration", "footnote", "measure", "period", "seasonal", "sector"].map(
          (name) => `pr.${name}`,
        ),
        ["pr.series"],
      ),
    );
  });
});

describe("analysing", () => {
  it("shows words for codes that have a table, and the codes themselves otherwise", async () => {
    const { report } = await analyzeFiles(inputs(ROWS), SETTINGS, OPTIONS);
    expect(report.bestYears).to.deep.equal([
      {
        seriesId: "PRS30006032",
        title: "Manufacturing: measure 03, class 6, seasonal S",
        unit: "duration 2",
        sector: "Manufacturing",
        measure: "measure 03",
        basis: "quarterly",
        year: 2018,
        value: 2,
        quarters: 2,
        tiedYears: [2019],
      },
      {
        seriesId: "X",
        title: "X",
        unit: null,
        sector: null,
        measure: null,
        basis: "annual",
        year: 2001,
        value: 3.125,
        quarters: 0,
        tiedYears: [],
      },
    ]);
  });

  it("produces the same bytes whatever the order of the files", async () => {
    const bytesOf = async (files: readonly InputFile[]) => {
      const { report, csv, refused, snapshot } = await analyzeFiles(files, SETTINGS, OPTIONS);
      const tables = Object.values(csv).map((table) => joinBlocks(table()).toString());
      return [
        JSON.stringify(report),
        ...tables,
        JSON.stringify(refused),
        Buffer.from(snapshot()).toString("hex"),
      ];
    };
    expect(await bytesOf(inputs(ROWS).reverse())).to.deep.equal(await bytesOf(inputs(ROWS)));
  });

  it("leaves the table empty if the data file lacks the series", async () => {
    const { report } = await analyzeFiles(inputs(ROWS), { ...SETTINGS, seriesId: "NOT-THERE" }, OPTIONS);
    expect(report.seriesPopulation).to.deep.include({ title: "NOT-THERE", rows: [] });
  });

  it("names the missing years if no year has a population", async () => {
    const settings = { ...SETTINGS, populationYears: { from: 1900, to: 1901 } };
    expect((await analyzeFiles(inputs(ROWS), settings, OPTIONS)).report.populationSummary).to.deep.equal({
      from: 1900,
      to: 1901,
      years: [],
      missingYears: [1900, 1901],
      mean: null,
      sampleStandardDeviation: null,
      populationStandardDeviation: null,
    });
  });

  it("counts and returns the refused rows", async () => {
    const { report, refused } = await analyzeFiles(
      inputs([...ROWS, "X 2002 Q05 -", "X 2001 Q05 4"]),
      SETTINGS,
      OPTIONS,
    );
    expect(report.quality).to.deep.include({ rowsRead: 6, rowsKept: 4 });
    const counts = Object.fromEntries(report.quality.rules.map(({ rule, count }) => [rule, count]));
    expect(counts).to.include({ missing: 1, duplicate: 1, value: 0 });
    expect(refused.map(({ line, rule }) => [line, rule])).to.deep.equal([
      [6, "missing"],
      [7, "duplicate"],
    ]);
  });

  it("names everything that is missing", async () => {
    const error = await failure([input("pr.sector", "")]);
    expect(error).to.be.instanceOf(MissingInputError);
    expect((error as MissingInputError).missing).to.deep.equal([
      SETTINGS.dataFile,
      "pr.series",
      "nation.json",
    ]);
  });

  it("creates a report from a data file alone, if allowed, and names the missing files", async () => {
    const files = [input("pr.data.0.Current", dataFile(ROWS))];
    const { report, csv } = await analyzeFiles(files, SETTINGS, { ...OPTIONS, allowMissing: true });
    expect(report.missingInputs).to.deep.equal(["pr.series", "nation.json"]);
    expect(report.populationSummary).to.equal(null);
    expect(report.bestYears[0]).to.include({ title: "PRS30006032", unit: null, value: 2 });
    expect(report.seriesPopulation.rows[0]).to.deep.equal({ year: 2018, value: 0.5, population: null });
    expect(tableOf({ csv }, "population-summary.csv").trimEnd().split("\n")).to.have.length(1);
  });

  it("requires the data file even if files may be missing", async () => {
    expect(await failure(without(SETTINGS.dataFile), { ...OPTIONS, allowMissing: true })).to.be.instanceOf(
      MissingInputError,
    );
  });

  it("refuses invalid settings, naming each", async () => {
    const settings = { ...SETTINGS, period: "M01", populationYears: { from: 2018, to: 2013 } };
    const error = await failure(inputs(ROWS), OPTIONS, settings);
    expect(error).to.be.instanceOf(SettingsError);
    expect((error as Error).message)
      .to.include("period")
      .and.include("populationYears");
  });

  it("passes on an error from reading a file", async () => {
    const broken = new Error("connection reset");
    const file = {
      ...input("pr.series", ""),
      open(): never {
        throw broken;
      },
    };
    expect(await failure(replaced(file))).to.equal(broken);
  });
});
