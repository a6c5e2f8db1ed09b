import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { Report } from "../../../analytics/report";
import { UPSTREAM_DIR } from "../../../tools/directories";
import { oracle } from "../../oracles/duckdb";
import { type Ended, runScript, startScript } from "../../support/commands";
import { startHere } from "../../support/inProcess";

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

  describe("twice, with --data", () => {
    let first: Ended;
    let second: Ended;
    let copied: string;

    before(async () => {
      const [data, copy, blocked] = ["data", "copy", "blocked"].map((name) => path.join(directory, name));
      first = await run("start", "--once", "--data", `${data}`, "--out", `${copy}`);
      copied = `${copy}`;
      await mkdir(`${blocked}`);
      await writeFile(path.join(`${blocked}`, "reports"), "a file where a folder should be");
      second = await run("start", "--once", "--json", "--data", `${data}`, "--out", `${blocked}`);
    });

    const copiedReport = async () =>
      JSON.parse(await readFile(path.join(copied, "reports", "latest.json"), "utf8")) as unknown;

    it("--once shows the steps, the report, the page and how to read the report object, and succeeds", () => {
      const { code, stdout, stderr } = first;
      expect(stderr)
        .to.match(/Deployed: \d+ created\n/)
        .and.to.match(/12 added, 0 updated, 0 removed/)
        .and.to.match(/ 13 notifications of created and removed objects, 1 analysis\n/);
      expect(stdout).to.include("PRS30006032").and.to.include("322,069,808");
      expect(stdout).to.match(/http:\/\/127\.0\.0\.1:\d+/);
      expect(stdout).to.match(
        /aws --endpoint-url http:\/\/127\.0\.0\.1:\d+ s3 cp s3:\/\/data-\w+\/reports\/latest\.json -/,
      );
      expect(code).to.equal(0);
    });

    it("--out copies the bucket", async () => {
      expect(Report.parse(await copiedReport()).bestYears).to.have.length(282);
      expect(existsSync(path.join(copied, "raw", "bls", "pr", "pr.data.1.AllData"))).to.equal(true);
    });

    it("continues from the kept data: the second run uploads nothing, and the report is the same", async () => {
      const { stdout, stderr } = second;
      expect(stderr).to.match(/0 added, 0 updated, 0 removed, 12 unchanged/);
      // S3's test event at the second start does not count as an analysis.
      expect(stderr).to.match(/ 0 notifications of created and removed objects, 0 analyses\n/);
      // --json prints only the report.
      expect(JSON.parse(stdout)).to.deep.equal(await copiedReport());
    });

    it("prints the report even if the copy fails, and says so", () => {
      const { code, stdout, stderr } = second;
      expect(code).to.equal(1);
      expect(Report.parse(JSON.parse(stdout)).bestYears).to.have.length(282);
      expect(stderr).to.match(/\nThe bucket was not copied completely to .*: (EEXIST|ENOTDIR)/);
    });
  });

  it("--open opens the page in the reader's browser and serves it until Ctrl-C", async function () {
    if (process.platform !== "linux") {
      console.log("      skipped: the variable BROWSER names the browser only on Linux");
      this.skip();
    }
    const opened = path.join(directory, "opened");
    const browser = path.join(directory, "browser");
    const TMPDIR = path.join(directory, "temporary");
    await mkdir(TMPDIR);
    await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
    const variables = { BROWSER: browser, TMPDIR, DISABLE_V8_COMPILE_CACHE: "1" };
    const { child, shows, ended } = startScript("start", ["--open", "--days", "2"], variables);
    child.stdin.end();
    await shows(/The page shows each day as it happens: http/);
    await shows(/Serving until Ctrl-C/);
    const address = await readFile(opened, "utf8");
    const settings = await (await fetch(`${address}/site.json`)).json();
    expect(settings).to.include({ pollSeconds: 2 });
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    expect(stdout).to.include(`Page           ${address}\n`);
    expect(code).to.equal(0);
    expect(await readdir(TMPDIR)).to.deep.equal([]);
  });

  it("creates a report from the real files in which every number agrees with DuckDB", async function () {
    if (!existsSync(UPSTREAM_DIR)) {
      console.log(
        `      skipped: there is no ${UPSTREAM_DIR}; set UPSTREAM_DIR to a directory with BLS's real files`,
      );
      this.skip();
    }
    const { code, stdout } = await startHere({ json: true, upstream: UPSTREAM_DIR });
    expect(code).to.equal(0);
    const report = Report.parse(JSON.parse(stdout));
    const expected = await oracle({
      dataPath: path.join(UPSTREAM_DIR, "pub", "time.series", "pr", "pr.data.0.Current"),
      populationPath: path.join(UPSTREAM_DIR, "population.json"),
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

  it("reports an empty population once, prints no report, and says why", async () => {
    const upstream = path.join(directory, "no-population");
    expect((await run("sample", upstream)).code).to.equal(0);
    await writeFile(path.join(upstream, "population.json"), '{"data":[]}');
    const out = path.join(directory, "out");
    const { code, stdout, stderr } = await startHere({ json: true, upstream, out });
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    const [steps = "", problems = ""] = stderr.split("The report does not match the sources\n");
    expect(steps.match(/^ +fetchPopulation-.*$/gm)).to.have.length(1);
    expect(steps).to.match(/^ +fetchPopulation-.*\(3 times\)$/m);
    // A failed step has no tick, later steps still run, and the local server's address is not shown.
    expect(steps)
      .to.match(/^✖ Run the schedule$/m)
      .and.to.match(/✖ $/);
    expect(stderr.match(/^✔ .*$/gm)?.map((line) => line.replace(/\d+/, "N"))).to.deep.equal([
      "✔ Deployed: N created",
      `✔ Copied N objects to ${out}`,
    ]);
    expect(stderr).not.to.match(/127\.0\.0\.1|localhost/);
    expect(problems).to.include(path.join(upstream, "population.json"));
    expect(
      problems.match(/^.*population.*$/gim)?.filter((line) => !line.startsWith("analysis: ")),
    ).to.have.length(1);
    expect(problems).to.match(/\nThere is no report\.\n$/);
  });
});

/** Expects a failure in one sentence, printed once, without a stack and without a report. */
function expectSentence({ code, stdout, stderr }: Ended, expected: RegExp): void {
  expect(code).to.equal(1);
  expect(stdout).to.equal("");
  expect(stderr.match(new RegExp(expected, "gm"))).to.have.length(1);
  expect(stderr).not.to.match(/^\s+at /m);
}

describe("npm start rejects", function () {
  this.timeout(60_000);

  for (const [title, args, expected] of [
    ["days that are not a number", ["--once", "--days", "x"], /Give a whole number/],
    [
      "--open and --once: the page would be gone",
      ["--open", "--once"],
      /--open.*cannot be used with.*--once/,
    ],
    [
      "--endpoint and --data",
      ["--endpoint", "http://127.0.0.1:9", "--data", "x"],
      /--endpoint.*cannot be used with.*--data/,
    ],
    ["a directory that does not exist", ["--once", "--upstream", "no/such/place"], /is not a directory/],
    [
      "a --data that is a file",
      ["--once", "--data", "package.json"],
      /^The data directory .* cannot be opened: /,
    ],
  ] as const) {
    it(`on the command line: ${title}`, async () => {
      expectSentence(await run("start", ...args), expected);
    });
  }

  for (const [title, options, expected] of [
    ["an address with another scheme", { upstream: "ftp://x" }, /unsupported scheme, ftp/],
    ["an --out that is a file", { out: "package.json" }, /^The bucket cannot be copied to /],
    ["an upstream that does not answer", { upstream: "http://127.0.0.1:9" }, /does not answer/],
    ["--live without a contact", { live: true }, /--live needs --contact/],
    ["a stack that does not exist", { stack: "none" }, /There is no Pulumi\.none\.yaml/],
    ["an --endpoint on another machine", { endpoint: "http://10.0.0.1" }, /10\.0\.0\.1 is not this machine/],
    ["an --endpoint that does not answer", { endpoint: "http://127.0.0.1:9" }, /no cloud with AWS's API at/],
  ] as const) {
    it(`as an option: ${title}`, async () => {
      expectSentence(await startHere(options), expected);
    });
  }
});

describe("npm start with a directory that lacks what the stack reads", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "data-quest-"));
    await writeFile(path.join(directory, "population.json"), '{"data":[]}');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  for (const [file, expected] of [
    [
      "ce/ce.data.0.AllCESSeries",
      /^The upstream '.*' holds the survey ce, but the stack 'dev' reads pr: .*\.$/,
    ],
    [
      "pr/pr.data.1.AllData",
      /^The upstream '.*' has pr\.data\.1\.AllData where the stack 'dev' reads pr\.data\.0\.Current: .*\.$/,
    ],
  ] as const) {
    it(`says at once what the directory has, what the stack reads, and what to do: ${file}`, async () => {
      const target = path.join(directory, "pub", "time.series", file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, "header\n");
      const ended = await startHere({ upstream: directory });
      expectSentence(ended, expected);
      expect(ended.stderr).not.to.include("Deploy");
    });
  }
});

describe("npm run plan", function () {
  this.timeout(60_000);

  it("prints every resource, and all its properties with --json", async () => {
    const { code, stdout } = await run("plan", "--stack", "prod");
    expect(code).to.equal(0);
    expect(stdout).to.include("aws:lambda:Function").and.to.include("awsx:cloudtrail:Trail");
    const { stdout: json } = await run("plan", "--json");
    const { resources } = JSON.parse(json) as { resources: { type: string }[] };
    expect(resources.filter(({ type }) => type === "aws:lambda/function:Function")).to.have.length(3);
  });
});
