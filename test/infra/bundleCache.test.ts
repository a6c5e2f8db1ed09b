import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { buildOnce } from "../../infra/bundleCache";

describe("a kept build", () => {
  let project: string;
  let kept: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(os.tmpdir(), "bundle-cache-"));
    kept = path.join(project, "dist", "cache", "bundles", "entry.json");
    mkdirSync(path.join(project, "node_modules"));
    writeFileSync(path.join(project, "node_modules", ".package-lock.json"), "{}");
    writeSource("one");
  });
  afterEach(() => rmSync(project, { recursive: true }));

  function writeSource(value: string): void {
    const file = path.join(project, "entry.ts");
    writeFileSync(file, `console.log(${JSON.stringify(value)});`);
    // A build is not kept if a source may have been edited during it.
    utimesSync(file, new Date("2024-01-01"), new Date("2024-01-01"));
  }

  function build(minify = false): string {
    const entryPoints = [path.join(project, "entry.ts")];
    return buildOnce("entry", project, { entryPoints, outdir: project, minify })["entry.js"] ?? "";
  }

  /** Changes the kept build, so that its use can be distinguished from a new build. */
  function markKept(): void {
    writeFileSync(kept, readFileSync(kept, "utf8").replace("one", "kept"));
  }

  it("is used while options, sources and installed packages stay the same", () => {
    expect(build()).to.include("one");
    markKept();
    expect(build()).to.include("kept");
  });

  const changes: [what: string, change: () => boolean | undefined][] = [
    ["a source is edited", () => void writeSource("two")],
    ["the options differ", () => true],
    [
      "other packages are installed",
      () => void writeFileSync(path.join(project, "node_modules", ".package-lock.json"), "{ }"),
    ],
  ];
  for (const [what, change] of changes) {
    it(`is replaced if ${what}`, () => {
      build();
      markKept();
      expect(build(change())).to.not.include("kept");
    });
  }

  for (const [what, text] of [
    ["cut short", '{"environment":"'],
    ["empty", ""],
    ["not a build", "null"],
  ] as const) {
    it(`is replaced if its file is ${what}`, () => {
      build();
      writeFileSync(kept, text);
      expect(build()).to.include("one");
      markKept();
      expect(build()).to.include("kept");
    });
  }

  it("does not exist if npm left no record of installed packages", () => {
    rmSync(path.join(project, "node_modules", ".package-lock.json"));
    build();
    expect(() => readFileSync(kept)).to.throw("ENOENT");
  });
});
