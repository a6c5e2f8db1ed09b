import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { parse } from "yaml";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { Report } from "../../../analytics/report";
import { MAX_REFUSED_PERCENT } from "../../../commands/analyze/analyzeRun";
import { renderReport } from "../../../commands/shared/reportTables";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";
import { asPrevious, dataFile, inputs, nation, SETTINGS } from "../../analytics/fixtures";
import { PROJECT, runScript } from "../../support/commands";

const ROWS = ["PRS30006032 2017 Q01 1234.5", "PRS30006032 2018 Q01 1234.5", "PRS30006032 2018 Q01 9"];

/** A third of these rows are refused. */
const ALLOW_REFUSED = ["--allow-refused", "34"];

/** Runs `npm run analyze -- …args`. */
async function run(...args: string[]) {
  const { code: status, ...output } = await runScript("analyze", args);
  return { status, ...output };
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
    const { status, stdout, stderr } = await run(
      folder,
      "--json",
      "--csv",
      csv,
      "--from",
      "2018",
      ...ALLOW_REFUSED,
    );
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
    const args = [...TYPESCRIPT, "commands/analyze.ts", folder, "--json", "--csv", csv, ...ALLOW_REFUSED];
    const child = spawn(process.execPath, args, { cwd: PROJECT });
    child.stdout.destroy();
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect([status, stderr]).to.deep.equal([0, ""]);
    expect(readdirSync(csv)).to.have.length(5);
  });

  it("makes what can be made of a data file, and says what is missing", async () => {
    const alone = path.join(folder, "alone", "pr.data.0.Current.txt");
    mkdirSync(path.dirname(alone));
    writeFileSync(alone, dataFile(ROWS));
    const { status, stdout } = await run(alone, ...ALLOW_REFUSED);
    expect(status).to.equal(0);
    expect(stdout)
      .to.match(/PRS30006032 .* 2017 .* 1,234\.5/)
      .and.match(/Missing .*pr\.series.*nation\.json/);
    expect(stdout).not.to.include("Population of the United States");
  });

  it("finds the tables beside a data file, and the population where upstream or the pipeline puts it", async () => {
    const bucket = path.join(folder, "bucket");
    const survey = path.join(bucket, "raw", "bls", "pr");
    mkdirSync(survey, { recursive: true });
    mkdirSync(path.join(bucket, "raw", "population"));
    for (const name of ["pr.data.0.Current", "pr.series"])
      copyFileSync(path.join(path.dirname(file), name), path.join(survey, name));
    copyFileSync(path.join(folder, "population.json"), path.join(bucket, "raw", "population", "nation.json"));
    const expected = Report.parse(JSON.parse((await run(folder, "--json", ...ALLOW_REFUSED)).stdout));
    for (const given of [file, bucket, survey, path.join(survey, "pr.data.0.Current")]) {
      const { status, stdout, stderr } = await run(given, "--json", ...ALLOW_REFUSED);
      expect([status, stderr], given).to.deep.equal([0, ""]);
      const report = Report.parse(JSON.parse(stdout));
      expect(report, given).to.deep.equal({ ...expected, generatedAt: report.generatedAt });
    }
  });

  it("makes no report if more rows are refused than allowed, and says how to get one", async () => {
    const { status, stdout, stderr } = await run(folder);
    expect([status, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(
      /^There is no report: pr\.data\.0\.Current has 3 rows, of which 1 is refused, more than the 1 % allowed; the first, line 4, has .*\. To make one from the remaining rows, add --allow-refused 100\.\n$/,
    );
  });

  it("allows as many refused rows as the pipeline does by default", () => {
    const { config } = parse(readFileSync(path.join(PROJECT, "Pulumi.yaml"), "utf8"));
    expect(MAX_REFUSED_PERCENT).to.equal(config.maxRefusedPercent.default);
  });

  it("lists the data files or surveys of a directory when it cannot choose", async () => {
    const several = path.join(folder, "several");
    mkdirSync(several);
    for (const name of ["ap.data.1.HouseholdFuels", "ap.data.2.Gasoline"])
      writeFileSync(path.join(several, name), dataFile(ROWS));
    const many = await run(several);
    expect(many.stderr).to.match(
      /^".*several" has several data files of the survey ap: ap\.data\.1\.HouseholdFuels, ap\.data\.2\.Gasoline\. Choose one with --file\.\n$/,
    );
    expect((await run(several, "--file", "ap.data.3.Food")).stderr).to.match(
      /has no data file ap\.data\.3\.Food; it has /,
    );
    const chosen = await run(several, "--file", "ap.data.2.Gasoline", "--json", ...ALLOW_REFUSED);
    expect(Report.parse(JSON.parse(chosen.stdout)).settings.dataFile).to.equal("ap.data.2.Gasoline");
    writeFileSync(path.join(several, "ce.data.0.AllCESSeries"), dataFile(ROWS));
    expect((await run(several)).stderr).to.match(/has the surveys ap, ce; choose one with --survey\.\n$/);
  });

  it("says what a file of another kind is, and makes no report from it", async () => {
    const kinds: [content: string | Uint8Array, words: RegExp][] = [
      [
        Buffer.from(`\uFEFF${dataFile(ROWS)}`, "utf16le"),
        /^pr\.data\.0\.Current is UTF-16 text: save it as UTF-8\.\n$/,
      ],
      [gzipSync(dataFile(ROWS)), /^pr\.data\.0\.Current is compressed with gzip: unpack it first, .*\.\n$/],
      [
        dataFile(["APU000074712 2024 M01 1.5"]),
        /^There is no report: .*; its values are monthly \(M01\), but reports are made from quarterly ones .*\.\n$/,
      ],
    ];
    const other = path.join(folder, "other");
    mkdirSync(other);
    for (const [content, words] of kinds) {
      writeFileSync(path.join(other, "pr.data.0.Current"), content);
      const { status, stdout, stderr } = await run(other);
      expect([status, stdout]).to.deep.equal([1, ""]);
      expect(stderr).to.match(words);
    }
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
      /^".*pub" has no data file such as pr\.data\.0\.Current, either directly or in .*\.\n$/,
    ],
    [
      "another file",
      () => [path.join(folder, "population.json")],
      /^".*population\.json" is not named like .*\.\n$/,
    ],
    [
      "a file together with what only a directory needs",
      () => [file, "--survey", "ce"],
      /^--survey and --file are for a directory: .*\.\n$/,
    ],
    ["a bad period", () => [file, "--period", "M01"], /^The report's settings are invalid: period .*\.\n$/],
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
  it("shows refused rows first, then missing years, ties and changes, in 80 columns", async () => {
    const first = await analyzeFiles(inputs(["PRS30006032 2018 Q01 1"]), SETTINGS, {
      generatedAt: new Date(0),
    });
    const previous = asPrevious(first);
    const { report } = await analyzeFiles(inputs(ROWS), SETTINGS, { generatedAt: new Date(1), previous });
    const text = renderReport(report, 80);
    expect(stripVTControlCharacters(text)).to.match(/^Quality\n/);
    expect(text).to.include("over 2 years with a figure, none for 2013, 2014, 2015, 2016");
    expect(text).to.include("In 1, years tie");
    expect(text).to.include(
      "3 rows, 1 of them refused.\nwarning duplicate: 1. pr.data.0.Current, line 4, has",
    );
    expect(text).to.include(
      "1970-01-01T00:00:00.000Z: BLS revised 1 value in 1 series and added 1 row; 1 best year moved.\n" +
        "Largest revision: PRS30006032 2018 Q01, 1.0 → 1,234.5.\nMost revised: PRS30006032 (1).\n" +
        "Best year of PRS30006032: 2018 → 2017.",
    );
    expect(text).to.match(/2018 │ 1,234\.5 │ 327,167,439/);
    const tables = text.split("\n").filter((line) => line.startsWith("│"));
    expect(Math.max(...tables.map((line) => line.length))).to.be.at.most(80);
  });

  it("says so when the series has no value", async () => {
    const settings = { ...SETTINGS, seriesId: "NOT-THERE" };
    const { report } = await analyzeFiles(inputs(ROWS), settings, { generatedAt: new Date(0) });
    expect(renderReport(report)).to.include("It has no value for Q01.");
  });
});
