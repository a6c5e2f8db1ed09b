import { expect } from "chai";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { joinBlocks } from "../../analytics/blocks";
import { readDataFile } from "../../analytics/bls/dataFile";
import type { BestYear, Report } from "../../analytics/report";
import { reportJson } from "../../analytics/reportJson";
import { csvFiles } from "../../analytics/tables/csv";
import { csvText } from "../../analytics/tables/csvText";
import { dataFile, input } from "./fixtures";

/** Texts of what CSV, JSON and spreadsheets treat in a special way, and of anything else. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."\",\n\r\t =+-@＝＋－＠;'\\ab1é😀") }),
  fc.string({ unit: "binary" }),
);
const words = fc.option(text);

const bestYear: fc.Arbitrary<BestYear> = fc.record({
  seriesId: text,
  title: text,
  unit: words,
  sector: words,
  measure: words,
  basis: fc.constantFrom("quarterly" as const, "annual" as const),
  year: fc.integer({ min: 1, max: 9999 }),
  value: fc.maxSafeInteger().map((thousandths) => thousandths / 1000),
  quarters: fc.integer({ min: 0, max: 4 }),
  tiedYears: fc.array(fc.integer({ min: 1, max: 9999 })),
});

/** Few best years, or so many that they take several blocks. */
const bestYears = fc.oneof(
  fc.array(bestYear),
  fc
    .tuple(bestYear, fc.integer({ min: 200, max: 1100 }))
    .map(([best, count]) =>
      Array.from({ length: count }, (_, at) => ({ ...best, seriesId: `${best.seriesId}${at}` })),
    ),
);

const NOTHING = { population: null, populationSummary: null };

function reportOf(bestYears: BestYear[], title = ""): Report {
  const seriesPopulation = { seriesId: "A", title, unit: null, period: "Q01", rows: [] };
  return { ...NOTHING, bestYears, seriesPopulation } as unknown as Report;
}

/** The file `yearly-sums.csv` of rows such as `A 2001 Q01 1`. */
async function yearlySums(rows: readonly string[], quarterly: readonly number[]): Promise<string> {
  const { values } = await readDataFile(input("data", dataFile(rows, "\n", 0)).open(), "data");
  const csv = csvFiles({ report: reportOf([]), values, quarterly: Uint8Array.from(quarterly) });
  return joinBlocks(csv["yearly-sums.csv"]()).toString();
}

describe("text in a CSV", () => {
  it("is what csv-stringify makes of it", () => {
    fc.assert(
      fc.property(text, (field) => {
        expect(`${csvText(field)},1\n`).to.equal(stringify([[field, 1]], { escape_formulas: true }));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("best-years.csv", () => {
  it("is what csv-stringify makes of all rows at once", async () => {
    const { values } = await readDataFile(input("data", dataFile(["A 2001 Q01 1"])).open(), "data");
    fc.assert(
      fc.property(bestYears, (best) => {
        const csv = csvFiles({ report: reportOf(best), values, quarterly: Uint8Array.of(1) });
        const rows = best.map((row) => [
          ...[row.seriesId, row.year, row.value, row.title, row.unit, row.sector, row.measure, row.basis],
          ...[row.quarters, row.tiedYears.join(" ")],
        ]);
        const columns = "series_id,year,value,title,unit,sector,measure,basis,quarters,tied_years".split(",");
        const expected = stringify([columns, ...rows], { bom: true, escape_formulas: true });
        expect(joinBlocks(csv["best-years.csv"]()).equals(Buffer.from(expected))).to.equal(true);
      }),
    );
  });
});

describe("yearly-sums.csv", () => {
  it("has every value as JavaScript prints the decimal", async () => {
    const limit = 10 ** 15;
    const thousandths = fc.oneof(
      fc.integer({ min: -2100, max: 2100 }),
      fc.integer(),
      fc.integer({ min: -limit, max: limit }),
      fc.constantFrom(0, 1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, limit, -limit, 10 ** 9),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(thousandths, { minLength: 1, maxLength: 300 }), async (values) => {
        const decimals = values.map((value) => {
          const digits = String(Math.abs(value)).padStart(4, "0");
          return `${value < 0 ? "-" : ""}${digits.slice(0, -3)}.${digits.slice(-3)}`;
        });
        const table = await yearlySums(
          decimals.map((decimal, at) => `A ${1800 + at} Q05 ${decimal}`),
          [0],
        );
        const lines = decimals.map((decimal, at) => `A,${1800 + at},${Number(decimal)},0,annual\n`);
        expect(table).to.equal(`\uFEFFseries_id,year,value,quarters,basis\n${lines.join("")}`);
      }),
    );
  });

  it("disarms ids that a spreadsheet would run, and counts the quarters of each year", async () => {
    const rows = ["-A 2001 Q01 1", "-A 2001 Q04 -3.25", "-A 2000 Q02 7", "B 2001 Q05 2", "-A 1999 Q05 5"];
    expect(await yearlySums(rows, [1, 0])).to.equal(
      "\uFEFFseries_id,year,value,quarters,basis\n" +
        "'-A,2000,7,1,quarterly\n'-A,2001,-2.25,2,quarterly\nB,2001,2,0,annual\n",
    );
  });

  it("is cut into blocks between lines, each good until the next", async () => {
    const rows = Array.from({ length: 40_000 }, (_, at) => `S${at >> 8} ${1900 + (at & 255)} Q01 ${at}`);
    const { values } = await readDataFile(input("data", dataFile(rows, "\n", 0)).open(), "data");
    const csv = csvFiles({ report: reportOf([]), values, quarterly: new Uint8Array(157).fill(1) });
    const lines: string[] = [];
    let blocks = 0;
    for (const block of csv["yearly-sums.csv"]()) {
      const part = Buffer.from(block).toString();
      expect(part.endsWith("\n")).to.equal(true);
      lines.push(...part.trimEnd().split("\n"));
      blocks++;
    }
    expect(blocks).to.be.greaterThan(3);
    const expected = rows.map((row) => {
      const [series, year, , value] = row.split(" ");
      return `${series},${year},${value},1,quarterly`;
    });
    expect(lines.slice(1).sort()).to.deep.equal(expected.sort());
  });
});

describe("the report as JSON", () => {
  it("is what JSON.stringify makes of it, with a line end", () => {
    fc.assert(
      fc.property(bestYears, text, (best, title) => {
        const report = reportOf(best, title);
        const expected = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
        expect(joinBlocks(reportJson(report)).equals(expected)).to.equal(true);
      }),
    );
  });

  it("puts best years in their place only, whatever a text says", () => {
    const report = Object.assign({ engine: '\n  "bestYears": []' }, reportOf([]));
    const [best] = fc.sample(bestYear, { seed: 1, numRuns: 1 });
    for (const bestYears of [[], best ? [best] : []]) {
      const json = joinBlocks(reportJson({ ...report, bestYears })).toString();
      expect(json).to.equal(`${JSON.stringify({ ...report, bestYears }, null, 2)}\n`);
    }
  });
});
