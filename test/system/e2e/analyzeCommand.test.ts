import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { parse } from "yaml";
import { Report } from "../../../analytics/report";
import { PROJECT_DIRECTORY } from "../../../tools/directories";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";
import { dataFile, writeSources } from "../../support/analysisInputs";
import { runScript } from "../../support/commands";

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
    file = writeSources(folder, ROWS);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("creates the whole report from a directory laid out like the sources, as JSON and CSV", async () => {
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

  it("ends silently when the reader of its output stops early, and still writes its CSVs", async () => {
    const csv = path.join(folder, "read", "csv");
    const args = [...TYPESCRIPT, "commands/analyze.ts", folder, "--json", "--csv", csv, ...ALLOW_REFUSED];
    const child = spawn(process.execPath, args, { cwd: PROJECT_DIRECTORY });
    child.stdout.destroy();
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect([status, stderr]).to.deep.equal([0, ""]);
    expect(readdirSync(csv)).to.have.length(5);
  });

  it("reports what a data file alone allows, says what is missing, and uses the file's name on disk", async () => {
    const alone = path.join(folder, "alone", "pr.data.0.Current.txt");
    mkdirSync(path.dirname(alone));
    writeFileSync(alone, dataFile(ROWS));
    const { status, stdout } = await run(alone, ...ALLOW_REFUSED);
    expect(status).to.equal(0);
    expect(stdout)
      .to.match(/PRS30006032 .* 2017 .* 1,234\.5/)
      .and.match(/\npr\.data\.0\.Current\.txt: 3 rows, 1 of them refused\.\n/)
      .and.match(/Missing .*pr\.series.*nation\.json/);
    expect(stdout).not.to.include("Population of the United States");
  });

  it("creates no report if more rows are refused than allowed, and says how to get one", async () => {
    const { status, stdout, stderr } = await run(folder);
    expect([status, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(
      /^There is no report: pr\.data\.0\.Current has 3 rows, of which 1 is refused, more than the 1 % allowed; the first, line 4, has .*\. To create one from the remaining rows, add --allow-refused 100\.\n$/,
    );
  });

  it("allows as many refused rows as the pipeline does by default", async () => {
    const { config } = parse(readFileSync(path.join(PROJECT_DIRECTORY, "Pulumi.yaml"), "utf8"));
    const [, shown] =
      /--allow-refused <percent> [^(]*\(default: (\d+)\)/.exec((await run("--help")).stdout) ?? [];
    expect(Number(shown)).to.equal(config.maxRefusedPercent.default);
  });

  it("says what a file of another kind is, and creates no report from it", async () => {
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
      "a path that does not exist",
      () => [path.join(folder, "nothing")],
      /^There is no file or directory ".*nothing"\.\n$/,
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
