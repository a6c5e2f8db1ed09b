import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { Report } from "../../analytics/report";
import { oracle } from "../analytics/duckdbOracle";
import { PROJECT, runScript, startScript } from "../support/commands";

const UPSTREAM = process.env.UPSTREAM_DIR ?? path.join(PROJECT, "..", "shared", "data", "upstream");

/** Runs a script of the project as its npm script does. */
const run = (script: string, ...args: string[]) => runScript(script, args);

describe("npm start", function () {
  this.timeout(120_000);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "data-quest-"));
  });
  after(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it("--once shows the steps, the reports, the page and how to read the report object, and succeeds", async () => {
    const out = path.join(directory, "copy");
    const { code, stdout, stderr } = await run("start", "--once", "--out", out);
    expect(stderr)
      .to.match(/Deployed: \d+ create/)
      .and.to.match(/12 added, 0 updated, 0 removed/);
    expect(stdout).to.include("PRS30006032").and.to.include("322,069,808");
    expect(stdout).to.match(/http:\/\/127\.0\.0\.1:\d+/);
    expect(stdout).to.match(
      /aws --endpoint-url http:\/\/127\.0\.0\.1:\d+ s3 cp s3:\/\/data-\w+\/reports\/latest\.json -/,
    );
    expect(code).to.equal(0);
    const report = Report.parse(JSON.parse(await readFile(path.join(out, "reports", "latest.json"), "utf8")));
    expect(report.bestYears).to.have.length(282);
    expect(existsSync(path.join(out, "raw", "bls", "pr", "pr.data.1.AllData"))).to.equal(true);
  });

  it("--open opens the page in the reader's browser, where the days can be followed", async function () {
    if (process.platform !== "linux") {
      console.log("      skipped: only on Linux does the variable BROWSER name the browser");
      this.skip();
    }
    const opened = path.join(directory, "opened");
    const browser = path.join(directory, "browser");
    await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
    const { child, shows, ended } = startScript("start", ["--open", "--days", "2"], { BROWSER: browser });
    child.stdin.end();
    await shows(/The page follows the days: http/);
    await shows(/Serving until Ctrl-C/);
    const address = await readFile(opened, "utf8");
    const settings = await (await fetch(`${address}/site.json`)).json();
    expect(settings).to.include({ pollSeconds: 2 });
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    expect(stdout).to.include(`Page           ${address}\n`);
    expect(code).to.equal(0);
  });

  it("--open with --once is refused: the page would be gone", async () => {
    const { code, stderr } = await run("start", "--open", "--once");
    expect(stderr).to.match(/--open.*cannot be used with.*--once/);
    expect(code).to.equal(1);
  });

  it("--json on the real files prints the report alone, and every number is DuckDB's", async function () {
    if (!existsSync(UPSTREAM)) {
      console.log(
        `      skipped: there is no ${UPSTREAM}; set UPSTREAM_DIR to a directory with BLS's real files`,
      );
      this.skip();
    }
    const { code, stdout } = await run("start", "--once", "--json", "--upstream", UPSTREAM);
    expect(code).to.equal(0);
    const report = Report.parse(JSON.parse(stdout));
    const expected = await oracle({
      dataPath: path.join(UPSTREAM, "pub", "time.series", "pr", "pr.data.0.Current"),
      populationPath: path.join(UPSTREAM, "population.json"),
    });
    expect(expected.bestYears).to.have.length(282);
    expect(
      report.bestYears.map(({ seriesId, basis, year, value, quarters, tiedYears }) => ({
        seriesId,
        basis,
        year,
        value: value.toFixed(3),
        quarters,
        tiedYears,
      })),
    ).to.deep.equal(expected.bestYears);
    expect(
      report.seriesPopulation.rows.map((row) => ({ ...row, value: row.value.toFixed(3) })),
    ).to.deep.equal(expected.seriesPopulation);
    const { years, mean, sampleStandardDeviation, populationStandardDeviation } =
      report.populationSummary ?? {};
    expect(years).to.deep.equal(expected.populationSummary.years);
    expect(mean).to.equal(expected.populationSummary.mean);
    for (const [ours, theirs] of [
      [sampleStandardDeviation, expected.populationSummary.sampleStandardDeviation],
      [populationStandardDeviation, expected.populationSummary.populationStandardDeviation],
    ]) {
      expect(ours).to.be.closeTo(Number(theirs), 1e-6);
    }
  });

  it("--data goes on from where it was: the second time nothing is uploaded, and the report is the same", async () => {
    const data = path.join(directory, "kept");
    const first = await run("start", "--once", "--json", "--data", data);
    expect(first.code, first.stderr).to.equal(0);
    const second = await run("start", "--once", "--json", "--data", data);
    expect(second.code, second.stderr).to.equal(0);
    expect(second.stderr).to.match(/0 added, 0 updated, 0 removed, 12 unchanged/);
    // S3's test event at the new start is no analysis.
    expect(second.stderr).to.match(/ 0 notifications of created and removed objects, 0 analyses\n/);
    expect(JSON.parse(second.stdout)).to.deep.equal(JSON.parse(first.stdout));
  });

  for (const [title, args, expected] of [
    ["a directory that is not there", ["--upstream", "no/such/place"], /is not a directory/],
    ["an address of another kind", ["--upstream", "ftp://x"], /unsupported kind, ftp/],
    ["an --out that is a file", ["--out", "package.json"], /^The bucket cannot be copied to /],
    ["a --data that is a file", ["--data", "package.json"], /\nThe data directory .* cannot be opened: /],
    ["an address where nobody answers", ["--upstream", "http://127.0.0.1:9"], /does not answer/],
    ["--live without a contact", ["--live"], /--live needs --contact/],
    ["a stack that is not there", ["--stack", "none"], /There is no Pulumi\.none\.yaml/],
    [
      "an --endpoint on another machine",
      ["--endpoint", "http://10.0.0.1"],
      /10\.0\.0\.1 is not this machine/,
    ],
    [
      "an --endpoint where nobody answers",
      ["--endpoint", "http://127.0.0.1:9"],
      /no cloud with AWS's API at/,
    ],
    ["--endpoint and --data", ["--endpoint", "http://127.0.0.1:9", "--data", "x"], /cannot be used with/],
    ["days that are no number", ["--days", "x"], /should be a whole number/],
  ] as const) {
    it(`with ${title} says so in a sentence and fails`, async () => {
      const { code, stdout, stderr } = await run("start", "--once", ...args);
      expect(code).to.equal(1);
      expect(stdout).to.equal("");
      expect(stderr).to.match(expected);
      // Once.
      expect(stderr.match(new RegExp(expected, "g"))).to.have.length(1);
      expect(stderr).not.to.match(/^\s+at /m);
    });
  }

  it("tells of a population that is none once, and why that makes no report", async () => {
    const upstream = path.join(directory, "no-population");
    expect((await run("sample", upstream)).code).to.equal(0);
    await writeFile(path.join(upstream, "population.json"), '{"data":[]}');
    const { code, stderr } = await run("start", "--once", "--upstream", upstream);
    expect(code).to.equal(1);
    const [steps = "", problems = ""] = stderr.split("The report is not what it should be\n");
    expect(steps.match(/^✔ +fetchPopulation-.*$/gm)).to.have.length(1);
    expect(steps).to.match(/^✔ +fetchPopulation-.*\(3 times\)$/m);
    expect(
      problems.match(/^.*population.*$/gim)?.filter((line) => !line.startsWith("analysis: ")),
    ).to.have.length(1);
  });

  it("whose copy fails prints the report all the same", async () => {
    const out = path.join(directory, "blocked");
    await mkdir(out);
    await writeFile(path.join(out, "reports"), "a file where a folder should be");
    const { code, stdout, stderr } = await run("start", "--once", "--json", "--out", out);
    expect(code).to.equal(1);
    expect(Report.parse(JSON.parse(stdout)).bestYears).to.have.length(282);
    expect(stderr).to.match(/\nThe bucket is not copied to .*: (EEXIST|ENOTDIR)/);
  });

  it("fails when what upstream has does not allow a report", async () => {
    const upstream = path.join(directory, "broken");
    expect((await run("sample", upstream)).code).to.equal(0);
    await writeFile(
      path.join(upstream, "pub", "time.series", "pr", "pr.data.0.Current"),
      "not a data file\r\n",
    );
    const { code, stderr } = await run("start", "--once", "--upstream", upstream);
    expect(code).to.equal(1);
    expect(stderr).to.match(/analysis: pr\.data\.0\.Current.*\nThere is no report\./);
  });
});

describe("npm run plan", function () {
  this.timeout(60_000);

  it("prints every resource, and with --json everything about it", async () => {
    const { code, stdout } = await run("plan", "--stack", "prod");
    expect(code).to.equal(0);
    expect(stdout).to.include("aws:lambda:Function").and.to.include("awsx:cloudtrail:Trail");
    const { stdout: json } = await run("plan", "--json");
    const { resources } = JSON.parse(json) as { resources: { type: string }[] };
    expect(resources.filter(({ type }) => type === "aws:lambda/function:Function")).to.have.length(3);
  });
});
