import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";

const ANALYTICS = path.resolve(__dirname, "../../analytics");
/** The folders, lowest layer first; all others may use the files in ".". */
const LAYERS = [".", "bls", "quality", "reports", "changes", "tables"];
/** The entry may import from every folder. */
const ENTRY = "analyzeFiles.ts";

/** Each import between files of analytics/, types included. */
const IMPORTS = readdirSync(ANALYTICS, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => {
    const text = readFileSync(path.join(ANALYTICS, file), "utf8");
    return [...text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g)].map(([, target = ""]) => {
      return { file, target: `${path.join(path.dirname(file), target)}.ts` };
    });
  });

describe("imports in analytics/", () => {
  it("lead only to the same folder, a lower one, or the root", () => {
    const layerOf = (file: string) => LAYERS.indexOf(path.dirname(file));
    expect(
      IMPORTS.filter(({ file, target }) => layerOf(file) === -1 || layerOf(target) === -1),
    ).to.deep.equal([]);
    const upward = IMPORTS.filter(({ file, target }) => file !== ENTRY && layerOf(target) > layerOf(file));
    expect(upward).to.deep.equal([]);
  });

  it("have no cycles", () => {
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      expect(trail, `cycle back to ${file}`).not.to.include(file);
      if (done.has(file)) return;
      for (const { target } of IMPORTS.filter((found) => found.file === file))
        visit(target, [...trail, file]);
      done.add(file);
    };
    for (const { file } of IMPORTS) visit(file, []);
  });
});
