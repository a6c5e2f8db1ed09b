import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { planOnce } from "../../../commands/plan/planCache";

describe("planOnce", () => {
  let directory: string;
  let created: number;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "plan-"));
    created = 0;
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

  /** Requests a plan and returns how many have been created so far. */
  async function ask(stack = "dev", environment: Record<string, string> = {}, meanwhile = () => {}) {
    const plan = await planOnce({ directory, stack }, environment, async (options): Promise<Plan> => {
      created++;
      meanwhile();
      return { project: "test", stack: options.stack, resources: [], outputs: {} };
    });
    expect(plan.stack).to.equal(stack);
    return created;
  }

  it("creates a plan once per stack while nothing changes", async () => {
    expect([await ask(), await ask(), await ask("prod"), await ask("prod"), await ask()]).to.deep.equal([
      1, 1, 2, 2, 2,
    ]);
  });

  const CHANGES: [what: string, change: () => void][] = [
    ["editing a source", () => write("infra/storage.ts", "edited")],
    ["adding a source", () => write("functions/new.ts", "")],
    ["removing a source", () => rmSync(path.join(directory, "functions", "shared", "logger.ts"))],
    ["editing the page", () => write("site/page.css", "edited")],
    ["editing a setting", () => write("Pulumi.dev.yaml", "config: {a: b}")],
    ["installing other packages", () => write("node_modules/.package-lock.json", '{"a":1}')],
    ["cutting the cached plan short", () => cachedFiles().forEach((file) => void write(file, '{"hash":'))],
  ];
  for (const [what, change] of CHANGES) {
    it(`creates a new plan after ${what}`, async () => {
      await ask();
      change();
      expect(await ask()).to.equal(2);
      expect(await ask()).to.equal(2);
    });
  }

  it("creates a new plan in another region", async () => {
    await ask("dev", { AWS_REGION: "us-east-1", TERM: "xterm" });
    expect(await ask("dev", { AWS_REGION: "us-east-1", TERM: "dumb" })).to.equal(1);
    expect(await ask("dev", { AWS_REGION: "eu-west-1" })).to.equal(2);
  });

  it("does not cache a plan if a source was edited meanwhile or npm's record of packages is missing", async () => {
    await ask("dev", {}, () => write("index.ts", "edited meanwhile"));
    expect(await ask()).to.equal(2);
    rmSync(path.join(directory, "node_modules"), { recursive: true });
    expect(await ask()).to.equal(3);
    expect(await ask()).to.equal(4);
  });

  function cachedFiles(): string[] {
    const folder = path.join("dist", "cache", "plans");
    return readdirSync(path.join(directory, folder)).map((name) => path.join(folder, name));
  }
});
