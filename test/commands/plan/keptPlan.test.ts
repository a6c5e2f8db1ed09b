import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { planOnce } from "../../../commands/plan/keptPlan";

describe("a plan that is kept", () => {
  let directory: string;
  let made: number;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "plan-"));
    made = 0;
    for (const [file, text] of Object.entries({
      "index.ts": "program",
      "infra/storage.ts": "buckets",
      "functions/shared/logger.ts": "logger",
      "site/page.css": "style",
      "Pulumi.yaml": "name: test",
      "Pulumi.dev.yaml": "config: {}",
      "package.json": "{}",
      "node_modules/.package-lock.json": "{}",
    }))
      write(file, text);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }

  /** Asks for a plan, and returns how many have been made by then. */
  async function ask(stack = "dev", environment: Record<string, string> = {}, meanwhile = () => {}) {
    const plan = await planOnce({ directory, stack }, environment, async (options): Promise<Plan> => {
      made++;
      meanwhile();
      return { project: "test", stack: options.stack, resources: [], outputs: {} };
    });
    expect(plan.stack).to.equal(stack);
    return made;
  }

  it("is made once while nothing changes, for each stack", async () => {
    expect([await ask(), await ask(), await ask("prod"), await ask("prod"), await ask()]).to.deep.equal([
      1, 1, 2, 2, 2,
    ]);
  });

  const CHANGES: [what: string, change: () => void][] = [
    ["a source is edited", () => write("infra/storage.ts", "edited")],
    ["a source is added", () => write("functions/new.ts", "")],
    ["a source is removed", () => rmSync(path.join(directory, "functions", "shared", "logger.ts"))],
    ["the page is edited", () => write("site/page.css", "edited")],
    ["a setting is edited", () => write("Pulumi.dev.yaml", "config: {a: b}")],
    ["something else is installed", () => write("node_modules/.package-lock.json", '{"a":1}')],
    ["the kept plan is cut short", () => keptFiles().forEach((file) => void write(file, '{"sources":'))],
  ];
  for (const [what, change] of CHANGES) {
    it(`is made anew after ${what}`, async () => {
      await ask();
      change();
      expect(await ask()).to.equal(2);
      expect(await ask()).to.equal(2);
    });
  }

  it("is made anew in another region", async () => {
    await ask("dev", { AWS_REGION: "us-east-1", TERM: "xterm" });
    expect(await ask("dev", { AWS_REGION: "us-east-1", TERM: "dumb" })).to.equal(1);
    expect(await ask("dev", { AWS_REGION: "eu-west-1" })).to.equal(2);
  });

  it("is not kept if a source was edited while it was made, or if nobody knows what is installed", async () => {
    await ask("dev", {}, () => write("index.ts", "edited meanwhile"));
    expect(await ask()).to.equal(2);
    rmSync(path.join(directory, "node_modules"), { recursive: true });
    expect(await ask()).to.equal(3);
    expect(await ask()).to.equal(4);
  });

  function keptFiles(): string[] {
    const folder = path.join("dist", "cache", "plans");
    return readdirSync(path.join(directory, folder)).map((name) => path.join(folder, name));
  }
});
