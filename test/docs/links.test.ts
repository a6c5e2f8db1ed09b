import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { PROJECT_DIRECTORY } from "../../tools/directories";

const PAGES = [
  ...["README.md", "CONTRIBUTING.md"],
  ...readdirSync(path.join(PROJECT_DIRECTORY, "docs")).flatMap((name) =>
    name.endsWith(".md") ? [`docs/${name}`] : [],
  ),
];

describe("the documentation", () => {
  for (const page of PAGES) {
    it(`${page} links only to files that exist`, () => {
      const text = readFileSync(path.join(PROJECT_DIRECTORY, page), "utf8");
      const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) =>
        /^(https?:|#)/.test(target) ? [] : [target.replace(/#.*$/, "")],
      );
      const missing = targets.filter(
        (target) => !existsSync(path.join(PROJECT_DIRECTORY, path.dirname(page), target)),
      );
      expect(missing).to.deep.equal([]);
    });
  }
});
