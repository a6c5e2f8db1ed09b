import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { readOutcome } from "../../local/session/currentReport";
import { TYPESCRIPT } from "../../tools/typescript/nodeArguments";
import { PROJECT, type Running, runScript, startScript } from "../support/commands";
import { startTestSession } from "../support/session";

const DEPLOYING = /create \S+ \(aws:/;
const ANALYSING = /syncDataset-\w+ done/;
const SERVING = /Serving until Ctrl-C/;

const runs: Running[] = [];

/** Starts `npm start`; what a failed test leaves running is ended. */
function start(args: readonly string[], variables: Record<string, string> = {}): Running {
  const run = startScript("start", args, variables);
  runs.push(run);
  return run;
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

  for (const [signal, moment, shown, code] of [
    ["SIGINT", "while it deploys", DEPLOYING, 130],
    ["SIGTERM", "while the analysis is awaited", ANALYSING, 143],
    ["SIGHUP", "while the analysis is awaited", ANALYSING, 129],
    ["SIGINT", "while it serves", SERVING, 0],
  ] as const) {
    it(`by ${signal} ${moment} leaves nothing behind and ends with ${code}`, async () => {
      const run = begin();
      await run.shows(shown);
      run.child.kill(signal);
      const ended = await run.ended;
      expect(ended.code, ended.stderr).to.equal(code);
      if (code !== 0) expect(ended.stderr).to.match(new RegExp(`\nInterrupted by ${signal}\\.\n$`));
      await expectNothingLeft();
    });
  }

  it("by one Ctrl-C that npm passes on once more closes everything all the same", async () => {
    const run = begin("--days", "2", "--pause");
    await run.shows(/then press Enter/);
    run.child.kill("SIGINT");
    run.child.kill("SIGINT");
    const ended = await run.ended;
    expect(ended.stderr).to.match(/Interrupted by SIGINT\.\n$/);
    expect(ended.code).to.equal(130);
    await expectNothingLeft();
  });

  it("by a second Ctrl-C ends at once", async () => {
    const module = path.join(PROJECT, "local", "session", "interruption");
    const code = `
      const { signal } = require(${JSON.stringify(module)}).watchSignals();
      setInterval(() => {}, 1000);
      signal.addEventListener("abort", () => console.log("first"));
      console.log("ready");`;
    const child = spawn(process.execPath, [...TYPESCRIPT, "-e", code], { cwd: PROJECT });
    await once(child.stdout, "data");
    child.kill("SIGINT");
    await once(child.stdout, "data");
    // What comes at once would be the same Ctrl-C, so it is pressed until it counts as another.
    const again = setInterval(() => child.kill("SIGINT"), 100);
    const [status] = await once(child, "close");
    clearInterval(again);
    expect(status).to.equal(130);
  });

  it("by SIGKILL during the analysis, the next run on the data goes on at once", async () => {
    const data = path.join(directory, "data");
    const run = begin("--once", "--data", data);
    await run.shows(ANALYSING);
    run.child.kill("SIGKILL");
    await run.ended;
    const { code, stderr } = await runScript("start", ["--once", "--data", data]);
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/ 0 notifications of created and removed objects, 1 analysis\n/);
  });

  it("is not disturbed by a second run on the same data, which is told who has it", async () => {
    const data = path.join(directory, "data");
    const first = begin("--data", data);
    await first.shows(SERVING);
    const second = await runScript("start", ["--once", "--data", data]);
    expect(second.code).to.equal(1);
    expect(second.stderr).to.match(
      new RegExp(`\nThe data directory .* is in use by process ${first.child.pid}: .*\\.\n$`),
    );
    first.child.kill("SIGINT");
    expect((await first.ended).code).to.equal(0);
  });
});

describe("npm start --days 3 --pause", function () {
  this.timeout(120_000);
  let upstream: string;

  beforeEach(async () => {
    upstream = await mkdtemp(path.join(tmpdir(), "data-quest-upstream-"));
    expect((await runScript("sample", [upstream])).code).to.equal(0);
  });
  afterEach(() => rm(upstream, { recursive: true, force: true }));

  const file = (name: string) => path.join(upstream, "pub", "time.series", "pr", name);
  const begin = () => start(["--once", "--days", "3", "--pause", "--upstream", upstream]);

  it("follows what was changed upstream before each Enter", async () => {
    const run = begin();
    await run.shows(/12 added.*then press Enter/s);
    await writeFile(file("pr.new"), "new");
    run.child.stdin?.write("\n");
    await run.shows(/1 added, 0 updated, 0 removed, 12 unchanged.*then press Enter/s);
    await rm(file("pr.new"));
    await writeFile(file("pr.txt"), `${await readFile(file("pr.txt"), "utf8")}More words.\n`);
    run.child.stdin?.write("\n");
    const { code, stderr } = await run.ended;
    expect(stderr).to.match(/0 added, 1 updated, 1 removed, 11 unchanged/);
    expect(code, stderr).to.equal(0);
  });

  for (const [title, input] of [
    ["whose lines are all there already", "\n\n"],
    ["that has ended", ""],
    ["that ends too early", "\n"],
  ] as const) {
    it(`with an input ${title} goes on to the third day`, async () => {
      const run = begin();
      run.child.stdin?.end(input);
      const { code, stderr } = await run.ended;
      expect(stderr).to.match(/✔ Day 3 of 3\n/);
      expect(code).to.equal(0);
    });
  }
});

describe("a day whose analysis fails", function () {
  this.timeout(60_000);

  it("ends at once, with the function's own error", async () => {
    const session = await startTestSession();
    try {
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
      const started = performance.now();
      const day = await session.runDay();
      expect(performance.now() - started).to.be.below(30_000);
      const { problems } = await readOutcome(session, day);
      expect(problems.join("\n")).to.match(/^analy\S+ .*not authorized|Access Denied/i);
      expect(problems.at(-1)).to.equal("There is no report.");
    } finally {
      await session.close();
    }
  });
});
