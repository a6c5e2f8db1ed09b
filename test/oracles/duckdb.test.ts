import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { expect } from "chai";
import fc from "fast-check";
import { type Analysis, analyzeFiles } from "../../analytics/analyzeFiles";
import type { BestYear } from "../../analytics/report";
import {
  dataFile,
  input,
  inputs,
  real,
  SETTINGS,
  skipWithoutRealFiles,
  tableOf,
  yearlySums,
} from "../support/analysisInputs";
import { type OracleBestYear, type OracleReport, oracle } from "./duckdb";

const NOW = { generatedAt: new Date("2026-08-06T12:30:00Z") };
const DATASETS = 200;

describe("against DuckDB", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "duckdb-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function written(name: string, text: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  it("agrees on every series of the sample's AllData, chosen by the setting", async function () {
    this.timeout(60_000);
    const contents = new Map(
      [...sampleFiles()].map(([name, { content }]) => [path.posix.basename(name), String(content)]),
    );
    const files = [...contents].map(([name, content]) =>
      input(name === "population.json" ? "nation.json" : name, content),
    );
    const dataName = "pr.data.1.AllData";
    const { report, csv } = await analyzeFiles(files, { ...SETTINGS, dataFile: dataName }, NOW);
    const expected = await oracle({
      dataPath: written(dataName, contents.get(dataName) ?? ""),
      populationPath: written("population.json", contents.get("population.json") ?? ""),
    });
    expect(report.settings.dataFile).to.equal(dataName);
    expect(report.quality.rowsRead).to.be.greaterThan(70_000);
    expect(report.bestYears).to.have.length(282);
    expect(expected.yearlySums).to.have.length.greaterThan(10_000);
    expect(expected.seriesPopulation).to.have.length.greaterThan(30);
    expectSame({ report, csv }, expected);
  });

  it("agrees on BLS's own files", async function () {
    skipWithoutRealFiles(this);
    const analysis = await analyzeFiles(real.files(), SETTINGS, NOW);
    const expected = await oracle({ dataPath: real.dataPath, populationPath: real.populationPath });
    expect(analysis.report.bestYears).to.have.length(282);
    expect(expected.yearlySums).to.have.length.greaterThan(8_000);
    expectSame(analysis, expected);
  });

  it("agrees on a file as long as AllData, with shuffled rows and ties that binary floats break", async function () {
    this.timeout(60_000);
    const rows = shuffled(tiedRows());
    expect(rows).to.have.length(76_800);
    const name = "pr.data.1.AllData";
    const text = dataFile(rows);
    const files = [...inputs([]), input(name, text)];
    const { report } = await analyzeFiles(files, { ...SETTINGS, dataFile: name }, NOW);
    const expected = await oracle({ dataPath: written("ties", text) });
    expect(comparable(report.bestYears)).to.deep.equal(expected.bestYears);
    expect(report.bestYears.every(({ tiedYears }) => tiedYears.length > 0)).to.equal(true);
    const ofSeries = Map.groupBy(rows, (row) => row.slice(0, row.indexOf(" ")));
    const lost = report.bestYears.filter(
      ({ seriesId, year }) => bestInFloats(ofSeries.get(seriesId) ?? []) !== year,
    );
    expect(lost, "series that floats get wrong").to.have.length(240);
  });

  it(`agrees on ${DATASETS} random datasets, rows shuffled`, async function () {
    this.timeout(60_000);
    const datasets = fc.sample(dataset, { seed: 1947, numRuns: DATASETS });
    // One file for DuckDB: the prefix of a series id identifies its dataset.
    const all = datasets.flatMap((rows, at) => rows.map((row) => `D${at}_${row}`));
    const expected = await oracle({ dataPath: written("random", dataFile(all, "\n", 0)) });
    const byDataset = Map.groupBy(expected.bestYears, ({ seriesId }) => seriesId.split("_")[0]);
    const sumsByDataset = Map.groupBy(expected.yearlySums, ({ seriesId }) => seriesId.split("_")[0]);
    for (const [at, rows] of datasets.entries()) {
      const { report, csv } = await analyzeFiles(inputs(rows), SETTINGS, NOW);
      const prefix = <Row extends { seriesId: string }>(row: Row) => ({
        ...row,
        seriesId: `D${at}_${row.seriesId}`,
      });
      const prefixed = comparable(report.bestYears).map(prefix);
      expect(yearlySums(tableOf({ csv }, "yearly-sums.csv")).map(prefix)).to.deep.equal(
        sumsByDataset.get(`D${at}`),
      );
      expect(prefixed, `dataset ${at}: ${rows.join("; ")}`).to.deep.equal(byDataset.get(`D${at}`));
    }
    expect(expected.bestYears.filter(({ tiedYears }) => tiedYears.length > 0)).to.have.length.greaterThan(50);
  });
});

/** Expects every number of the report to equal DuckDB's; statistics to within the rounding of DuckDB's floats. */
function expectSame({ report, csv }: Pick<Analysis, "report" | "csv">, expected: OracleReport): void {
  expect(comparable(report.bestYears)).to.deep.equal(expected.bestYears);
  expect(yearlySums(tableOf({ csv }, "yearly-sums.csv"))).to.deep.equal(expected.yearlySums);
  expect(
    report.seriesPopulation.rows.map(({ value, ...row }) => ({ ...row, value: value.toFixed(3) })),
  ).to.deep.equal(expected.seriesPopulation);
  expect(report.population).to.deep.include.members(
    expected.seriesPopulation.flatMap(({ year, population }) =>
      population === null ? [] : [{ year, population }],
    ),
  );
  const { years, ...statistics } = expected.populationSummary;
  expect(report.populationSummary?.years).to.deep.equal(years);
  expect(report.populationSummary?.mean).to.equal(statistics.mean);
  for (const [name, value] of Object.entries(statistics)) {
    expect(report.populationSummary, name)
      .to.have.property(name)
      .closeTo(value ?? Number.NaN, 1e-6);
  }
}

/** A best year in the form of DuckDB's answer. */
function comparable(best: readonly Pick<BestYear, keyof OracleBestYear>[]): OracleBestYear[] {
  return best.map(({ seriesId, basis, year, value, quarters, tiedYears }) => ({
    seriesId,
    basis,
    year,
    value: value.toFixed(3),
    quarters,
    tiedYears,
  }));
}

/** Rows such as `A 2001 Q01 -12.3`, in any order; few series, years and values, so that ties are common. */
const dataset: fc.Arbitrary<string[]> = fc
  .uniqueArray(
    fc.record({
      series: fc.constantFrom("A", "B", "PRS1", "prs1", "a#-1"),
      year: fc.constantFrom(1800, 1999, 2000, 2199),
      period: fc.integer({ min: 1, max: 5 }),
      value: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: -1, max: 1 }).map((tenths) => String(tenths / 10)) },
        {
          weight: 1,
          arbitrary: fc
            .integer({ min: -(10 ** 9), max: 10 ** 9 })
            .map((thousandths) => (thousandths / 1000).toFixed(3)),
        },
      ),
    }),
    { selector: ({ series, year, period }) => `${series} ${year} ${period}`, minLength: 1, maxLength: 40 },
  )
  .map((rows) => rows.map(({ series, year, period, value }) => `${series} ${year} Q0${period} ${value}`));

/**
 * 240 series, 1947–2010. In each, two years share the four highest values, in different orders; summed as
 * binary floats, the later year comes out ahead.
 */
function tiedRows(): string[] {
  const rows: string[] = [];
  for (let series = 0; series < 240; series++) {
    const earlier = unevenQuarters(series);
    const later = [...earlier].reverse();
    for (let year = 1947; year <= 2010; year++) {
      const below = earlier.map((value) => value - 0.5);
      const quarters = year === 1950 + (series % 20) ? earlier : year === 1990 ? later : below;
      for (const [at, value] of quarters.entries())
        rows.push(`S${series} ${year} Q0${at + 1} ${value.toFixed(1)}`);
      rows.push(`S${series} ${year} Q05 999`);
    }
  }
  return rows;
}

/** Four values whose float sum is less from first to last than from last to first. */
function unevenQuarters(series: number): number[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  for (let tenths = series + 1; ; tenths++) {
    const quarters = [tenths, 2, 3, tenths + 7].map((value) => value / 10);
    const turned = [...quarters].reverse();
    if (sum(quarters) < sum(turned)) return quarters;
    if (sum(quarters) > sum(turned)) return turned;
  }
}

/** Shuffles the same way every time. */
function shuffled(rows: readonly string[]): string[] {
  const multiplier = 7919; // Coprime with the number of rows, so that each is taken once.
  return rows.map((_, at) => rows[(at * multiplier) % rows.length] as string);
}

/** The best year according to a careless program that adds the quarters as binary floats, in order. */
function bestInFloats(rows: readonly string[]): number {
  const sums = new Map<number, number>();
  for (const row of rows.toSorted()) {
    const [, year, period, value] = row.split(" ");
    if (period !== "Q05") sums.set(Number(year), (sums.get(Number(year)) ?? 0) + Number(value));
  }
  const [best] = [...sums].sort(([a, sum], [b, other]) => other - sum || a - b);
  return best?.[0] ?? 0;
}
