import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { analyze, Report } from "../../analytics/analyze";
import { renderReport } from "../../local/reportTables";
import { TYPESCRIPT } from "../../tools/typescript/nodeArguments";
import { dataFile, inputs, nation, SETTINGS } from "../analytics/fixtures";

const PROJECT = path.resolve(__dirname, "../..");
const ROWS = ["PRS30006032 2017 Q01 1234.5", "PRS30006032 2018 Q01 1234.5", "PRS30006032 2018 Q01 9"];

/** Runs `npm run analyze -- …args`. */
function run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const command = [...TYPESCRIPT, "local/analyze.ts", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: PROJECT }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("npm run analyze", () => {
  let folder: string;
  let file: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "analyze-"));
    const survey = path.join(folder, "pub", "time.series", "pr");
    mkdirSync(survey, { recursive: true });
    file = path.join(survey, "pr.data.0.Current");
    writeFileSync(file, dataFile(ROWS));
    writeFileSync(path.join(survey, "pr.series"), "series_id\tsector_code\nPRS30006032\t3000\n");
    writeFileSync(path.join(folder, "population.json"), nation([2018, 327_167_439]));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("makes the whole report of a directory like an upstream, as JSON and CSV", async () => {
    const csv = path.join(folder, "out", "csv");
    const { status, stdout, stderr } = await run(folder, "--json", "--csv", csv, "--from", "2018");
    expect([status, stderr]).to.deep.equal([0, ""]);
    const report = Report.parse(JSON.parse(stdout));
    expect(report.missingInputs).to.deep.equal([]);
    expect(report.populationSummary).to.include({ from: 2018, mean: 327_167_439 });
    expect(report.inputs.map(({ key }) => key)).to.deep.equal([
      "raw/bls/pr/pr.data.0.Current",
      "raw/bls/pr/pr.series",
      "raw/population/nation.json",
    ]);
    expect(readdirSync(csv).sort()).to.deep.equal([
      "best-years.csv",
      "population-summary.csv",
      "population.csv",
      "series-population.csv",
      "yearly-sums.csv",
    ]);
  });

  it("ends without a word when its reader has seen enough, and has written its CSVs", async () => {
    const csv = path.join(folder, "read", "csv");
    const args = [...TYPESCRIPT, "local/analyze.ts", folder, "--json", "--csv", csv];
    const child = spawn(process.execPath, args, { cwd: PROJECT });
    child.stdout.destroy();
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect([status, stderr]).to.deep.equal([0, ""]);
    expect(readdirSync(csv)).to.have.length(5);
  });

  it("makes what can be made of a data file, and says what is missing", async () => {
    const { status, stdout } = await run(file);
    expect(status).to.equal(0);
    expect(stdout)
      .to.match(/PRS30006032 .* 2017 .* 1,234\.5/)
      .and.match(/Missing .*nation\.json/)
      .and.include("sector 3000");
    expect(stdout).not.to.include("Population of the United States");
  });

  const wrong: [what: string, args: () => string[], message: RegExp][] = [
    [
      "a path where nothing is",
      () => [path.join(folder, "nothing")],
      /^There is no file or directory ".*nothing"\.\n$/,
    ],
    [
      "a directory without data",
      () => [path.join(folder, "pub")],
      /^".*pub" holds no pr\.data\.0\.Current.*\.\n$/,
    ],
    [
      "another file",
      () => [path.join(folder, "population.json")],
      /^".*population\.json" is not named like .*\.\n$/,
    ],
    [
      "a file together with what only a directory needs",
      () => [file, "--survey", "ce"],
      /^--survey and --data-file are for a directory: .*\.\n$/,
    ],
    ["a bad period", () => [file, "--period", "M01"], /^The report's settings are wrong: period .*\.\n$/],
  ];
  for (const [what, args, message] of wrong) {
    it(`says in one sentence what is wrong with ${what}`, async () => {
      const { status, stdout, stderr } = await run(...args());
      expect([status, stdout]).to.deep.equal([1, ""]);
      expect(stderr).to.match(message);
    });
  }
});

describe("the report on a terminal", () => {
  it("tells missing years, ties, refused rows and changes, in 80 columns", async () => {
    const first = await analyze(inputs(["PRS30006032 2018 Q01 1"]), SETTINGS, { generatedAt: new Date(0) });
    const previous = { ...first.report, snapshot: first.snapshot };
    const { report } = await analyze(inputs(ROWS), SETTINGS, { generatedAt: new Date(1), previous });
    const text = renderReport(report, 80);
    expect(text).to.include("over 2 years with a figure, none for 2013, 2014, 2015, 2016");
    expect(text).to.include("In 1, years tie");
    expect(text).to.include(
      "3 rows, 1 of them refused.\nwarning duplicate: 1. pr.data.0.Current, line 4, has",
    );
    expect(text).to.include(
      "1970-01-01T00:00:00.000Z: BLS revised 1 value in 1 series and added 1 row; 1 best year moved.\n" +
        "Largest revision: PRS30006032 2018 Q01, 1.0 → 1,234.5.\nMost revised: PRS30006032 (1).\n" +
        "Best year of PRS30006032: 2018 → 2017.\n",
    );
    expect(text).to.match(/2018 │ 1,234\.5 │ 327,167,439/);
    const tables = text.split("\n").filter((line) => line.startsWith("│"));
    expect(Math.max(...tables.map((line) => line.length))).to.be.at.most(80);
  });

  it("says so when the series has no value", async () => {
    const settings = { ...SETTINGS, seriesId: "NOT-THERE" };
    const { report } = await analyze(inputs(ROWS), settings, { generatedAt: new Date(0) });
    expect(renderReport(report)).to.include("It has no value for Q01.");
  });
});
