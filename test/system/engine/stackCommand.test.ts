import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";
import { needPulumi } from "./cli";
import { type Engine, type EngineStack, startEngine } from "./engine";

describe("npm run stack", function () {
  this.timeout(120_000);
  let engine: Engine;
  let stack: EngineStack;

  before(async function () {
    engine = await startEngine(await needPulumi(this));
    stack = await engine.openStack("dev", {});
  });
  after(async () => {
    await engine?.close();
  });

  async function run(...args: string[]) {
    const child = spawn(process.execPath, [...TYPESCRIPT, "tools/ci/stack.ts", ...args], {
      cwd: engine.directory,
      env: { ...process.env, ...stack.variables, CONTACT: "tests@example.org" },
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { stdout, stderr, code };
  }

  it("preview lists the changes, and makes none", async () => {
    const { stdout, code } = await run("preview", "dev");
    expect(code).to.equal(0);
    expect(stdout).to.match(/\+ \d+ to create/);
    expect((await engine.cloud.inventory()).buckets).to.deep.equal([]);
  });

  it("up makes them, with the contact from the variable", async () => {
    const { stdout, code } = await run("up", "dev");
    expect(code).to.equal(0);
    expect(stdout).to.match(/\+ \d+ created/);
    const { functions } = await engine.cloud.inventory();
    const state = await engine.cloud.getFunction(functions.find((name) => name.startsWith("sync")) ?? "");
    expect(state?.configuration.environment.CONTACT).to.equal("tests@example.org");
  });

  it("drift succeeds without drift, and fails with it", async () => {
    expect((await run("drift", "dev")).code).to.equal(0);
    const [bucket = ""] = (await engine.cloud.inventory()).buckets;
    await engine.cloud.putBucketVersioning(bucket, "Suspended");
    const { code, stdout, stderr } = await run("drift", "dev");
    expect(code).to.equal(1);
    expect(stdout).to.include("~ 1 to update");
    expect(stderr).to.include("1 resources differ from the state of 'dev'");
  });

  it("rejects an unknown operation and lists the allowed ones", async () => {
    const { code, stderr } = await run("sideways", "dev");
    expect(code).to.equal(1);
    expect(stderr).to.match(/'sideways' is invalid .* Allowed choices are preview, up, drift\./);
  });
});
