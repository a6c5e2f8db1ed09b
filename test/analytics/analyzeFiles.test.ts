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
import { InputError, MissingInputError, SettingsError } from "../../analytics/errors";
import { fingerprint } from "../../analytics/fingerprint";
import { type OracleReport, oracle } from "../oracles/duckdb";
import {
  dataFile,
  input,
  inputs,
  nation,
  real,
  SETTINGS,
  skipWithoutRealFiles,
  tableOf,
  yearlySums,
} from "./fixtures";

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
  let csv: Analysis["csv"];
  let expected: OracleReport;

  before(async function () {
    skipWithoutRealFiles(this);
    ({ report, csv } = await analyzeFiles(real.files(), SETTINGS, OPTIONS));
    expected = await oracle({ dataPath: real.dataPath, populationPath: real.populationPath });
  });

  it("gives DuckDB's best year, value, quarters and ties for every series", () => {
    const found = report.bestYears.map(({ seriesId, basis, year, value, quarters, tiedYears }) => {
      return { seriesId, basis, year, value: value.toFixed(3), quarters, tiedYears };
    });
    expect(found).to.have.length(282);
    expect(found).to.have.deep.members(expected.bestYears);
    expect(found.map(({ seriesId }) => seriesId)).to.deep.equal(found.map(({ seriesId }) => seriesId).sort());
  });

  it("gives DuckDB's sum of every series' every year", () => {
    expect(yearlySums(tableOf({ csv }, "yearly-sums.csv")))
      .to.have.length.greaterThan(8_000)
      .and.to.deep.equal(expected.yearlySums);
  });

  it("gives every year of the population, of which the table has some", () => {
    const rows = report.population ?? [];
    expect(rows.map(({ year }) => year)).to.deep.equal([
      2013, 2014, 2015, 2016, 2017, 2018, 2019, 2021, 2022, 2023, 2024,
    ]);
    expect(rows).to.deep.include.members(
      expected.seriesPopulation.flatMap(({ year, population }) =>
        population === null ? [] : [{ year, population }],
      ),
    );
  });

  it("gives DuckDB's table of the series and the population", () => {
    const rows = report.seriesPopulation.rows.map((row) => ({ ...row, value: row.value.toFixed(3) }));
    expect(rows).to.deep.equal(expected.seriesPopulation);
  });

  it("gives DuckDB's statistics of the population, to the last digits", () => {
    const { years, ...statistics } = expected.populationSummary;
    expect(report.populationSummary?.years).to.deep.equal(years);
    for (const [name, value] of Object.entries(statistics)) {
      expect(report.populationSummary, name)
        .to.have.property(name)
        .closeTo(value ?? Number.NaN, 1e-6);
    }
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

  it("measures every file it read, and none else", () => {
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
  it("puts words where there is a code table and codes where there is none", async () => {
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

  it("gives the same bytes for the same files in another order", async () => {
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

  it("has another fingerprint after a change of content, key or settings, and only then", async () => {
    const of = async (files = inputs(ROWS), settings = SETTINGS, options = OPTIONS) =>
      (await analyzeFiles(files, settings, options)).report.fingerprint;
    const now = await of();
    expect(await of(inputs(ROWS), SETTINGS, { generatedAt: new Date(0) })).to.equal(now);
    expect(await of([...inputs(ROWS), input("pr.txt", "prose")])).to.equal(now);
    expect(await of(inputs([...ROWS, "X 2002 Q05 1"]))).not.to.equal(now);
    expect(await of(inputs(ROWS).map((file) => ({ ...file, key: `${file.key}.old` })))).not.to.equal(now);
    expect(await of(inputs(ROWS), { ...SETTINGS, period: "Q02" })).not.to.equal(now);
  });

  it("takes its fingerprint as documented", async () => {
    const { report } = await analyzeFiles(without("pr.sector"), SETTINGS, OPTIONS);
    const [nationHash, dataHash, seriesHash] = report.inputs.map(({ sha256 }) => sha256);
    const canonical =
      `{"inputs":[["raw/bls/pr/nation.json","${nationHash}"],["raw/bls/pr/pr.data.0.Current","${dataHash}"],` +
      `["raw/bls/pr/pr.series","${seriesHash}"]],"schemaVersion":3,"settings":{"dataFile":"pr.data.0.Current",` +
      `"period":"Q01","populationYears":{"from":2013,"to":2018},"seriesId":"PRS30006032","survey":"pr"}}`;
    expect(report.fingerprint).to.equal(createHash("sha256").update(canonical).digest("hex"));
  });

  it("takes the same fingerprint of inputs in any order", () => {
    const [a, b] = [
      { key: "a", sha256: "1", provenance: null },
      { key: "b", sha256: "0", provenance: null },
    ];
    expect(fingerprint([b, a], SETTINGS)).to.equal(fingerprint([a, b], SETTINGS));
    expect(fingerprint([a], SETTINGS)).not.to.equal(fingerprint([a, b], SETTINGS));
  });

  it("gives the same figures from another dataset another fingerprint", () => {
    const from = (dataset: string) =>
      fingerprint([{ key: "a", sha256: "1", provenance: { dataset, source: null, cube: null } }], SETTINGS);
    expect(from("ACS 1-year Estimate")).not.to.equal(from("ACS 5-year Estimate"));
    expect(from("ACS 1-year Estimate")).not.to.equal(
      fingerprint([{ key: "a", sha256: "1", provenance: null }], SETTINGS),
    );
  });

  it("leaves the table empty for a series that is not there", async () => {
    const { report } = await analyzeFiles(inputs(ROWS), { ...SETTINGS, seriesId: "NOT-THERE" }, OPTIONS);
    expect(report.seriesPopulation).to.deep.include({ title: "NOT-THERE", rows: [] });
  });

  it("says what it could not summarise when no year has a population", async () => {
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

  it("counts and returns rows refused", async () => {
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

  it("makes what it can of a data file alone, when allowed, and says what it went without", async () => {
    const files = [input("pr.data.0.Current", dataFile(ROWS))];
    const { report, csv } = await analyzeFiles(files, SETTINGS, { ...OPTIONS, allowMissing: true });
    expect(report.missingInputs).to.deep.equal(["pr.series", "nation.json"]);
    expect(report.populationSummary).to.equal(null);
    expect(report.bestYears[0]).to.include({ title: "PRS30006032", unit: null, value: 2 });
    expect(report.seriesPopulation.rows[0]).to.deep.equal({ year: 2018, value: 0.5, population: null });
    expect(tableOf({ csv }, "population-summary.csv").trimEnd().split("\n")).to.have.length(1);
  });

  it("needs the data file even when files may be missing", async () => {
    expect(await failure(without(SETTINGS.dataFile), { ...OPTIONS, allowMissing: true })).to.be.instanceOf(
      MissingInputError,
    );
  });

  it("refuses settings that make no sense, naming each", async () => {
    const settings = { ...SETTINGS, period: "M01", populationYears: { from: 2018, to: 2013 } };
    const error = await failure(inputs(ROWS), OPTIONS, settings);
    expect(error).to.be.instanceOf(SettingsError);
    expect((error as Error).message)
      .to.include("period")
      .and.include("populationYears");
  });

  it("passes on what reading a file threw", async () => {
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

describe("reading the population", () => {
  const summary = async (content: string) =>
    (await analyzeFiles(replaced(input("nation.json", content)), SETTINGS, OPTIONS)).report.populationSummary;

  it("takes years as numbers and as strings, a year twice, and no other nation", async () => {
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

  it("has no sample standard deviation of one year", async () => {
    expect(await summary(nation([2013, 110e6]))).to.deep.include({
      mean: 110e6,
      sampleStandardDeviation: null,
      populationStandardDeviation: 0,
    });
  });

  const useless: [what: string, content: string, reason: RegExp][] = [
    ["what is not JSON", "<html>", /is not JSON; it begins with "<html>"/],
    ["an answer without data", "{}", /is not a population answer: data/],
    [
      "two figures for one year",
      nation([2013, 110e6], [2013, 120e6]),
      /two populations for 2013: 110000000 and 120000000/,
    ],
  ];
  for (const [what, content, reason] of useless) {
    it(`rejects ${what}`, async () => {
      const error = await failure(replaced(input("nation.json", content)));
      expect(error).to.be.instanceOf(InputError);
      expect((error as InputError).message)
        .to.match(reason)
        .and.include("nation.json");
    });
  }
});
