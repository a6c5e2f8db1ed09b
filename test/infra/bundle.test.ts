import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { bundle } from "../../infra/bundle";
import { mean, median, mode, std, variance } from "../../infra/shims/mathjs";

/** The very mathjs that danfo.js would load. */
const mathjs = createRequire(require.resolve("danfojs-node"))("mathjs") as Record<
  "mean" | "median" | "mode" | "std" | "variance",
  (numbers: number[]) => unknown
>;

const ENTRY = "test/infra/bundleEntry.ts";

describe("bundle", () => {
  let folder: string;
  let outfile: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "bundle-"));
    outfile = path.join(folder, "handler.js");
    bundle(ENTRY, outfile);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("gives the same bytes again, from another folder and to another place", () => {
    const home = process.cwd();
    const again = path.join(folder, "elsewhere", "again.js");
    process.chdir(folder);
    try {
      bundle(path.resolve(home, ENTRY), again);
    } finally {
      process.chdir(home);
    }
    expect(readFileSync(again).equals(readFileSync(outfile))).to.equal(true);
  });

  it("names no folder of this machine", () => {
    expect(readFileSync(outfile, "utf8")).not.to.include(path.resolve(__dirname, "../.."));
  });

  it("stays under 0.7 MB with the analysis, S3 and the logger", () => {
    expect(statSync(outfile).size).to.be.lessThan(700_000);
  });

  it("runs alone, in a folder without node_modules, without a warning", () => {
    const program = `
      const { analyze, parts } = require("./handler.js");
      const input = (name, text) => ({ name, key: name, version: null, upstreamDate: null, fetchedAt: null,
        open: async function* () { yield Buffer.from(text); } });
      analyze([
        input("pr.data.0.Current", "series_id\\tyear\\tperiod\\tvalue\\tfootnote_codes\\n" +
          "A\\t2013\\tQ01\\t0.3\\t\\nA\\t2013\\tQ02\\t0.1\\t\\nA\\t2014\\tQ01\\t0.4\\t\\n"),
        input("pr.series", "series_id\\nA\\n"),
        input("nation.json", '{"data":[{"Nation":"United States","Year":2013,"Population":300000000}]}'),
      ], { survey: "pr", dataFile: "pr.data.0.Current", populationYears: { from: 2013, to: 2013 }, seriesId: "A",
        period: "Q01" }, { generatedAt: new Date(0) })
        .then(({ report }) => console.log(JSON.stringify([parts.length, report])));`;
    const output = execFileSync(process.execPath, ["--throw-deprecation", "-e", program], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: "", NODE_PATH: "" },
      encoding: "utf8",
    });
    const [parts, report] = JSON.parse(output);
    expect(parts).to.equal(6);
    expect(report.bestYears).to.deep.include({
      seriesId: "A",
      title: "A",
      unit: null,
      sector: null,
      measure: null,
      basis: "quarterly",
      year: 2013,
      value: 0.4,
      quarters: 2,
      tiedYears: [2014],
    });
    expect(report.seriesPopulation.rows).to.deep.equal([
      { year: 2013, value: 0.3, population: 300_000_000 },
      { year: 2014, value: 0.4, population: null },
    ]);
    expect(report.populationSummary.mean).to.equal(300_000_000);
  });

  it("fails on an entry that does not build, naming it", () => {
    expect(() => bundle("test/infra/notThere.ts", path.join(folder, "x.js"))).to.throw(/notThere\.ts/);
  });
});

describe("the stand-ins for mathjs", () => {
  const decimals = fc.array(
    fc.integer({ min: -2000, max: 2000 }).map((number) => number / 8),
    { minLength: 1, maxLength: 30 },
  );

  for (const standIn of [mean, median, std, variance]) {
    const original = mathjs[standIn.name as keyof typeof mathjs];

    it(`compute ${standIn.name} as mathjs does`, () => {
      fc.assert(
        fc.property(decimals, (numbers) => {
          expect(standIn(numbers)).to.be.closeTo(Number(original(numbers)), 1e-9);
        }),
        { seed: 9 },
      );
    });

    it(`refuse the ${standIn.name} of nothing, as mathjs does`, () => {
      expect(() => original([])).to.throw();
      expect(() => standIn([])).to.throw();
    });
  }

  it("compute mode as mathjs does, several at once too", () => {
    const few = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(few, (numbers) => {
        expect(mode(numbers)).to.deep.equal(mathjs.mode(numbers));
      }),
      { seed: 9 },
    );
  });
});
