import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { SURVEYS } from "@data-quest/local-sources/source";
import { writeFiles } from "@data-quest/local-sources/writeFiles";
import { expect } from "chai";
import { checkReport } from "../../../commands/session/checkReport";
import { modulePath, type Running, startCode, startScript } from "../../support/commands";
import { startHere } from "../../support/inProcess";
import { startTestSession, type TestSession } from "../../support/session";

const DEPLOYING = /create \S+ \(aws:/;
const FETCHING = /fetchPopulation-\w+ done/;
const DATA_FILE = `${SURVEYS}/pr/pr.data.0.Current`;

const runs: Running[] = [];

/** Kills the process after the test, if the test has left it running. */
function track(run: Running): Running {
  runs.push(run);
  return run;
}

function start(args: readonly string[], variables: Record<string, string> = {}): Running {
  return track(startScript("start", args, variables));
}

afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});

describe("npm start, interrupted", function () {
  this.timeout(120_000);
  let directory: string;
  let temporary: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "data-quest-"));
    temporary = path.join(directory, "tmp");
    await mkdir(temporary);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Starts it with a folder of its own for temporary files. */
  const begin = (...args: string[]) =>
    start(args, { TMPDIR: temporary, TEMP: temporary, DISABLE_V8_COMPILE_CACHE: "1" });

  async function expectNothingLeft(): Promise<void> {
    expect(await readdir(temporary)).to.deep.equal([]);
  }

  describe("on an upstream that never ends its answer", () => {
    let upstream: SourceServer;

    before(async () => {
      upstream = await startSourceServer(sampleFiles());
      // However late the signal comes, the sync is still at work.
      upstream.faults.set(/pr\.txt$/, { kind: "slow", ms: 3_600_000 });
    });
    after(() => upstream.close());

    for (const [signal, moment, shown, code] of [
      ["SIGINT", "while it deploys", DEPLOYING, 130],
      ["SIGTERM", "while a function runs", FETCHING, 143],
      ["SIGHUP", "while a function runs", FETCHING, 129],
    ] as const) {
      it(`by ${signal} ${moment} leaves nothing behind and ends with ${code}`, async () => {
        const run = begin("--upstream", new URL(upstream.blsUrl).origin);
        await run.shows(shown);
        run.child.kill(signal);
        const ended = await run.ended;
        expect(ended.code, ended.stderr).to.equal(code);
        expect(ended.stderr).to.match(new RegExp(`\nInterrupted by ${signal}\\.\n$`));
        await expectNothingLeft();
      });
    }
  });

  it("by one Ctrl-C that npm passes on once more closes everything, and a second run on its data was told who has it", async () => {
    const data = path.join(directory, "data");
    const run = begin("--days", "2", "--pause", "--data", data);
    await run.shows(/then press Enter/);
    const second = await startHere({ data });
    expect(second.code).to.equal(1);
    expect(second.stderr).to.match(
      new RegExp(`\nThe data directory .* is in use by process ${run.child.pid}: .*\\.\n$`),
    );
    run.child.kill("SIGINT");
    run.child.kill("SIGINT");
    const ended = await run.ended;
    expect(ended.stderr).to.match(/Interrupted by SIGINT\.\n$/);
    expect(ended.code).to.equal(130);
    await expectNothingLeft();
  });

  it("ends at once after a second Ctrl-C", async () => {
    const { child, shows, ended } = track(
      startCode(`
        const { signal } = require(${modulePath("commands/session/interruption")}).watchSignals();
        setInterval(() => {}, 1000);
        signal.addEventListener("abort", () => console.error("first"));
        console.error("ready");`),
    );
    await shows(/ready/);
    child.kill("SIGINT");
    await shows(/first/);
    // Signals that follow at once count as the same Ctrl-C, so press it until one counts as the second.
    const again = setInterval(() => child.kill("SIGINT"), 100);
    const { code } = await ended;
    clearInterval(again);
    expect(code).to.equal(130);
  });

  it("analyses the data at once in the next run if SIGKILL came before the analysis", async () => {
    const data = path.join(directory, "data");
    const upstream = await startSourceServer(sampleFiles());
    const { blsUrl, populationUrl } = upstream;
    // The batching window outlasts the test, so the process is killed while messages wait.
    const settings = { contact: "tests@example.org", batchWindowSeconds: "300", blsUrl, populationUrl };
    const options = { stack: "dev", dataDir: data, settings };
    const { child, shows, ended } = track(
      startCode(`
        require(${modulePath("commands/session/session")}).startSession(${JSON.stringify(options)})
          .then(({ cloud }) => cloud.fireRules())
          .then(() => console.error("fetched"));`),
    );
    await shows(/fetched/);
    child.kill("SIGKILL");
    await ended;
    const { code: status, stderr } = await startHere({ data, upstream: new URL(blsUrl).origin });
    await upstream.close();
    expect(status, stderr).to.equal(0);
    expect(stderr).to.match(/ 0 notifications of created and removed objects, 1 analysis\n/);
  });
});

describe("npm start --days 3 --pause", function () {
  this.timeout(120_000);
  let upstream: string;

  beforeEach(async () => {
    upstream = await mkdtemp(path.join(tmpdir(), "data-quest-upstream-"));
    await writeFiles(upstream, sampleFiles());
  });
  afterEach(() => rm(upstream, { recursive: true, force: true }));

  it("follows what was changed upstream before each Enter, and goes on where the input ends", async () => {
    const file = (name: string) => path.join(upstream, "pub", "time.series", "pr", name);
    const run = start(["--once", "--days", "3", "--pause", "--upstream", upstream]);
    await run.shows(/12 added.*then press Enter/s);
    await writeFile(file("pr.new"), "new");
    run.child.stdin.write("\n");
    await run.shows(/1 added, 0 updated, 0 removed, 12 unchanged.*then press Enter/s);
    await rm(file("pr.new"));
    await writeFile(file("pr.txt"), `${await readFile(file("pr.txt"), "utf8")}More words.\n`);
    run.child.stdin.end();
    const { code, stderr } = await run.ended;
    expect(stderr)
      .to.match(/0 added, 1 updated, 1 removed, 11 unchanged/)
      .and.to.match(/✔ Day 3 of 3\n/);
    expect(code, stderr).to.equal(0);
  });
});

describe("a day that goes wrong", function () {
  this.timeout(60_000);
  let session: TestSession;

  before(async () => {
    session = await startTestSession();
  });
  after(() => session?.close());

  it("with data that is no data says so: there is no report", async () => {
    const file = session.files.get(DATA_FILE);
    session.setFile("pr.data.0.Current", "not a data file\r\n", 1);
    const { problems, report } = await checkReport(session, await session.runDay());
    expect(problems.join("\n")).to.match(/^analysis: pr\.data\.0\.Current.*\nThere is no report\.$/);
    expect(report).to.equal(undefined);
    if (file) session.files.set(DATA_FILE, file);
  });

  it("because the analysis fails ends at once, with the function's own error", async () => {
    const state = session.output("stateBucket");
    await session.cloud.putBucketPolicy(state, {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${state}/analysis/*`,
          Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::000000000000:role/*" } },
        },
      ],
    });
    // It does not wait for the failed message's next try, in six times the function's timeout.
    const day = await session.runDay();
    expect(day.invocations.filter(({ trigger }) => trigger === "queue")).to.have.length(1);
    const { problems } = await checkReport(session, day);
    expect(problems.join("\n")).to.match(/^analy\S+ .*not authorized|Access Denied/i);
    expect(problems.at(-1)).to.equal("There is no report.");
  });
});
