import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";

const MODULE = path.join(__dirname, "..", "src", "workDirectory.ts");
const OPEN = `const { openWorkDirectory } = require(${JSON.stringify(MODULE)});
  const { path, remove } = openWorkDirectory();
  require("node:fs").writeFileSync(path + "/file", "x");`;
/** Prints a line and keeps running. */
const STAY = "console.log(path); setInterval(() => {}, 1000);";

describe("a cloud's work directory", () => {
  let temporary: string;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    temporary = mkdtempSync(path.join(tmpdir(), "work-directory-"));
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    rmSync(temporary, { recursive: true, force: true });
  });

  /** Runs code in a process with the test's temporary directory; sends the signal after its first output. */
  async function run(code: string, signal?: NodeJS.Signals) {
    const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
    const started = spawn(process.execPath, [...TYPESCRIPT, "-e", OPEN + code], { env });
    child = started;
    const ended = once(started, "close");
    const said = await Promise.race([once(started.stdout, "data"), ended]);
    const existed = existsSync(String(said[0]).trim());
    if (signal) started.kill(signal);
    const [status, endedBy] = await ended;
    return {
      existed,
      status,
      endedBy,
      left: readdirSync(temporary).filter((name) => name.startsWith("local-cloud-")),
    };
  }

  it("can be removed, and leaves no listener behind", async () => {
    const { status, left } = await run(
      "remove(); process.exitCode = process.listenerCount('SIGINT') + process.listenerCount('exit')",
    );
    expect({ status, left }).to.deep.equal({ status: 0, left: [] });
  });

  for (const [name, code, expected] of [
    ["ends normally", "process.exitCode = 3", 3],
    ["exits", "process.exit(4)", 4],
    ["fails with an uncaught error", "setImmediate(() => { throw new Error('x'); })", 1],
    ["fails with an unhandled rejection", "Promise.reject(new Error('x'))", 1],
  ] as const) {
    it(`is gone when the process ${name}`, async () => {
      const { status, left } = await run(code);
      expect({ status, left }).to.deep.equal({ status: expected, left: [] });
    });
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`is gone after ${signal}, which still ends the process`, async function () {
      // Windows ends a process at once, whatever the signal.
      if (process.platform === "win32") return this.skip();
      expect(await run(STAY, signal)).to.deep.equal({
        existed: true,
        status: null,
        endedBy: signal,
        left: [],
      });
    });
  }

  it("waits for other listeners of the signal", async function () {
    if (process.platform === "win32") return this.skip();
    const code =
      "process.once('SIGINT', () => setTimeout(() => process.exit(require('node:fs').existsSync(path) ? 5 : 6), 20));";
    expect(await run(code + STAY, "SIGINT"))
      .to.include({ existed: true, status: 5 })
      .and.deep.include({ left: [] });
  });
});
