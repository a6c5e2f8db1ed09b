import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { bundle } from "../../infra/bundle";
import { mean, median, mode, std, variance } from "../../infra/shims/mathjs";

/** The very mathjs that danfo.js would load. */
const mathjs = createRequire(require.resolve("danfojs-node"))("mathjs") as Record<
  "mean" | "median" | "mode" | "std" | "variance",
  (numbers: number[]) => unknown
>;

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

  it("gives the same bytes again, from another folder and to another place", () => {
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

  it("names no folder of this machine", () => {
    expect(readFileSync(outfile, "utf8")).not.to.include(path.resolve(__dirname, "../.."));
  });

  it("stays under 0.7 MB with the analysis, S3 and the logger", () => {
    expect(statSync(outfile).size).to.be.lessThan(700_000);
  });

  it("fails on an entry that does not build, naming it", () => {
    expect(() => bundle("test/infra/notThere.ts", path.join(folder, "x.js"))).to.throw(/notThere\.ts/);
  });
});

describe("the stand-ins for mathjs", () => {
  const decimals = fc.array(
    fc.integer({ min: -2000, max: 2000 }).map((number) => number / 8),
    { minLength: 1, maxLength: 30 },
  );

  for (const standIn of [mean, median, std, variance]) {
    const original = mathjs[standIn.name as keyof typeof mathjs];

    it(`compute ${standIn.name} as mathjs does`, () => {
      fc.assert(
        fc.property(decimals, (numbers) => {
          expect(standIn(numbers)).to.be.closeTo(Number(original(numbers)), 1e-9);
        }),
        { seed: 9 },
      );
    });

    it(`refuse the ${standIn.name} of nothing, as mathjs does`, () => {
      expect(() => original([])).to.throw();
      expect(() => standIn([])).to.throw();
    });
  }

  it("compute mode as mathjs does, several at once too", () => {
    const few = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(few, (numbers) => {
        expect(mode(numbers)).to.deep.equal(mathjs.mode(numbers));
      }),
      { seed: 9 },
    );
  });
});
