import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { bundle } from "../../../infra/bundle";

describe("a function's bundle", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "bundle-"));
    bundle("test/infra/bundleEntry.ts", path.join(folder, "handler.js"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("runs without node_modules and without warnings", () => {
    const program = `
      const { analyzeFiles, parts } = require("./handler.js");
      const input = (name, text) => ({ name, key: name, version: null, upstreamDate: null, fetchedAt: null,
        open: async function* () { yield Buffer.from(text); } });
      analyzeFiles([
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
});
