import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { readDefaults } from "../../infra/defaults";
import { PROJECT_DIRECTORY } from "../../tools/directories";

describe("the settings' defaults", () => {
  let folder: string;
  const write = (yaml: string) => writeFileSync(path.join(folder, "Pulumi.yaml"), yaml);
  const period = (text: string) => `config:\n  period:\n    type: string\n    default: ${text}\n`;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "defaults-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are those of Pulumi.yaml, as text", () => {
    expect(
      readDefaults(PROJECT_DIRECTORY, ["seriesId", "populationFrom", "publish", "surveys"]),
    ).to.deep.equal({
      seriesId: "PRS30006032",
      populationFrom: "2013",
      publish: "true",
      surveys: '["pr"]',
    });
  });

  it("follow the file, even if the cache is damaged", () => {
    write(period("Q02"));
    expect(readDefaults(folder, ["period"])).to.deep.equal({ period: "Q02" });
    expect(readDefaults(folder, ["period"])).to.deep.equal({ period: "Q02" });
    write(period("Q03"));
    expect(readDefaults(folder, ["period"])).to.deep.equal({ period: "Q03" });
    const kept = path.join(folder, "dist", "cache", "defaults.json");
    writeFileSync(kept, readFileSync(kept, "utf8").slice(0, -5));
    expect(readDefaults(folder, ["period"])).to.deep.equal({ period: "Q03" });
  });

  it("name a setting that has no default", () => {
    write(period("Q02"));
    expect(() => readDefaults(folder, ["period", "seriesId"])).to.throw("setting 'seriesId'");
  });
});
