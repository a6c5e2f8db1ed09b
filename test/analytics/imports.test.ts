import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";

const ANALYTICS = path.resolve(__dirname, "../../analytics");
/** Folders from the bottom to the top; "." has the files that all others may use. */
const LAYERS = [".", "bls", "quality", "reports", "changes", "tables"];
/** The entry uses all of them. */
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
  it("stay in the folder, or lead to the root or to a folder below", () => {
    const layerOf = (file: string) => LAYERS.indexOf(path.dirname(file));
    expect(
      IMPORTS.filter(({ file, target }) => layerOf(file) === -1 || layerOf(target) === -1),
    ).to.deep.equal([]);
    const upward = IMPORTS.filter(({ file, target }) => file !== ENTRY && layerOf(target) > layerOf(file));
    expect(upward).to.deep.equal([]);
  });

  it("have no circles", () => {
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      expect(trail, `circle back to ${file}`).not.to.include(file);
      if (done.has(file)) return;
      for (const { target } of IMPORTS.filter((found) => found.file === file))
        visit(target, [...trail, file]);
      done.add(file);
    };
    for (const { file } of IMPORTS) visit(file, []);
  });
});
