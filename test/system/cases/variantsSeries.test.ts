import { readFileSync } from "node:fs";
import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { dataFile, input, real, SETTINGS, skipWithoutRealFiles } from "../../support/analysisInputs";
import { type Files, outcome, reportOf } from "./smallFiles";

describe("variants of missing series", () => {
  /** A catalogue of `listed` series, and a data file with the first `there` of them. */
  function survey(listed: number, there: number, name: string): Files {
    const ids = Array.from({ length: listed }, (_, at) => `PRS${30_000_000 + at}`);
    const catalogue = ids.map((id) => `${id}\t2017\t2018`);
    return {
      [name]: dataFile(ids.slice(0, there).map((id) => `${id} 2018 Q01 1.5`)),
      [`${name.slice(0, 2)}.series`]: `series_id\tbegin_year\tend_year\n${catalogue.join("\n")}\n`,
    };
  }

  for (const [name, listed, there, severity] of [
    ["pr.data.0.Current", 20, 18, "info"],
    ["pr.data.0.Current", 20, 17, "warning"],
    ["pr.data.1.AllData", 20, 10, "warning"],
    ["pr.data.2.Manufacturing", 20, 10, "info"],
    ["cu.data.1.AllItems", 20, 10, "info"],
  ] as const) {
    it(`are a finding of severity ${severity} if ${listed - there} of ${listed} are missing from ${name}`, async () => {
      const report = await reportOf(survey(listed, there, name));
      expect(outcome(report, "absentSeries")).to.include({ severity, count: listed - there });
    });
  }

  it("are counted in BLS's own file after a download broke off halfway at a line end", async function () {
    skipWithoutRealFiles(this);
    const text = readFileSync(real.dataPath, "latin1");
    const half = text.slice(0, text.indexOf("\n", text.length / 2) + 1);
    const there = new Set(half.split("\n").map((line) => line.slice(0, 11)));
    const listed = readFileSync(real.dataPath.replace("pr.data.0.Current", "pr.series"), "latin1")
      .split("\n")
      .map((line) => /^(PRS\d{8}) /.exec(line)?.[1])
      .filter((id) => id !== undefined);
    const lacking = listed.filter((id) => !there.has(id));
    expect(lacking.length).to.be.greaterThan(100);
    const files = real
      .files()
      .map((file) => (file.name === SETTINGS.dataFile ? input(file.name, half) : file));
    const { report } = await analyzeFiles(files, SETTINGS, { generatedAt: new Date(0) });
    expect(outcome(report, "absentSeries")).to.include({ severity: "warning", count: lacking.length });
    const [example] = outcome(report, "absentSeries")?.examples ?? [];
    expect(example?.reason).to.include(lacking[0]);
  });

  it("include a series whose rows have only hyphens", async () => {
    const files = survey(20, 19, "pr.data.0.Current");
    files["pr.data.0.Current"] += `PRS30000019      \t2018\tQ01\t           -\t\r\n`;
    const report = await reportOf(files);
    expect(outcome(report, "missing")).to.include({ count: 1 });
    expect(outcome(report, "absentSeries")).to.include({ severity: "info", count: 1 });
    const [example] = outcome(report, "absentSeries")?.examples ?? [];
    expect(example?.reason).to.match(/^does not have any value of the series PRS30000019,/);
  });

  it("are not counted if the catalogue does not say in which years its series have values", async () => {
    const report = await reportOf({
      "pr.data.0.Current": dataFile(["PRS30006032 2018 Q01 1.5"]),
      "pr.series": "series_id\tsector_code\nPRS30006032\t3000\nPRS30006091\t3000\n",
    });
    expect(outcome(report, "absentSeries")).to.include({ count: null });
  });
});
