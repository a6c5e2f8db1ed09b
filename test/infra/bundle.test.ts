import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { bundle } from "../../infra/bundle";

const ENTRY = "test/infra/bundleEntry.ts";

describe("bundle", () => {
  let folder: string;
  let outfile: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "bundle-"));
    outfile = path.join(folder, "handler.js");
    bundle(ENTRY, outfile);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("produces the same bytes again, from another folder and into another file", () => {
    const home = process.cwd();
    const again = path.join(folder, "elsewhere", "again.js");
    process.chdir(folder);
    try {
      bundle(path.resolve(home, ENTRY), again);
    } finally {
      process.chdir(home);
    }
    expect(readFileSync(again).equals(readFileSync(outfile))).to.equal(true);
  });

  it("does not contain paths of this machine", () => {
    expect(readFileSync(outfile, "utf8")).not.to.include(path.resolve(__dirname, "../.."));
  });

  it("stays under 0.7 MB with the analysis, S3 and the logger", () => {
    expect(statSync(outfile).size).to.be.lessThan(700_000);
  });

  it("fails if an entry cannot be built, and names it", () => {
    expect(() => bundle("test/infra/notThere.ts", path.join(folder, "x.js"))).to.throw(/notThere\.ts/);
  });
});
