import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { type SourceServer, startSourceServer } from "@data-quest/local-sources/server";
import { expect } from "chai";
import { modulePath, type Running, startCode, startScript } from "../../support/commands";
import { startHere } from "../../support/inProcess";

const DEPLOYING = /create \S+ \(aws:/;
const FETCHING = /fetchPopulation-\w+ done/;

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

  /** Starts it with an empty folder for temporary files. */
  const begin = (...args: string[]) =>
    start(args, { TMPDIR: temporary, TEMP: temporary, DISABLE_V8_COMPILE_CACHE: "1" });

  async function expectNothingLeft(): Promise<void> {
    expect(await readdir(temporary)).to.deep.equal([]);
  }

  describe("while upstream never finishes its answer", () => {
    let upstream: SourceServer;

    before(async () => {
      upstream = await startSourceServer(sampleFiles());
      // The sync is still running whenever the signal comes.
      upstream.faults.set(/pr\.txt$/, { kind: "slow", ms: 3_600_000 });
    });
    after(() => upstream.close());

    for (const [signal, moment, shown, code] of [
      ["SIGINT", "while it deploys", DEPLOYING, 130],
      ["SIGTERM", "while a function runs", FETCHING, 143],
      ["SIGHUP", "while a function runs", FETCHING, 129],
    ] as const) {
      it(`leaves nothing behind and ends with ${code} after ${signal} ${moment}`, async () => {
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

  it("locks its data against a second run, and closes everything after one Ctrl-C that npm also passes on", async () => {
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
        const { signal } = require(${modulePath("commands/shared/interruption")}).watchSignals();
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
