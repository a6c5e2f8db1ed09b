import { expect } from "chai";
import { Report } from "../../../analytics/report";
import { renderReport } from "../../../commands/shared/reportTables";
import { naiveReport } from "../../oracles/naive";
import { SETTINGS, tableOf } from "../../support/analysisInputs";
import type { Accepted, Malformed } from "./corpus";
import { DATA_FILES } from "./corpusDataFile";
import { POPULATIONS } from "./corpusPopulation";
import { HOSTILE_TITLES, TABLES } from "./corpusTables";
import { analyzeWith, brokenRules, GOOD, numbersOf, outcomeOf } from "./good";

const DATA_FILE = SETTINGS.dataFile;

describe("malformed input", () => {
  it("covers at least 30 kinds, without duplicates", () => {
    const kinds = [...DATA_FILES, ...TABLES, ...POPULATIONS].map(({ what, file }) => `${file}: ${what}`);
    expect(new Set(kinds).size).to.equal(kinds.length).and.to.be.greaterThan(200);
  });

  it("starts from a good original that breaks no rule", async () => {
    const { report } = await analyzeWith("pr.txt", "");
    expect(brokenRules(report)).to.deep.equal({});
    expect(report.quality.rules.filter(({ count }) => count === null).map(({ rule }) => rule)).to.deep.equal([
      "absentSeries",
      "rowLoss",
      "populationReplaced",
    ]);
  });

  for (const malformed of [...DATA_FILES, ...TABLES, ...POPULATIONS]) {
    const { what, file, expected } = malformed;
    it(`${file} with ${what} is ${"broken" in expected ? "accepted" : "rejected"}`, () => check(malformed));
  }
});

async function check({ file, content, chunkBytes, expected }: Malformed): Promise<void> {
  const { analysis, error } = await outcomeOf(file, content, chunkBytes);
  if ("error" in expected) {
    expect(error?.name, error?.message).to.equal(expected.error);
    expect(error?.message.slice(0, expected.message.length)).to.equal(expected.message);
    expect(error?.message).to.match(/\.$/);
    expect(error?.message).not.to.match(/\p{Cc}/u);
    return;
  }
  expect(error?.message).to.equal(undefined);
  const report = Report.parse(analysis?.report);
  expect(JSON.stringify(analysis?.report), "nothing that the schema does not have, in its order").to.equal(
    JSON.stringify(report),
  );
  expect(brokenRules(report)).to.deep.equal(expected.broken);
  expectNumbers(report, file === DATA_FILE ? content : (GOOD[DATA_FILE] ?? ""), file, expected);
  for (const row of analysis?.refused ?? []) {
    expect(row.file).to.equal(file);
    expect(row.text.length).to.be.at.most(200);
  }
}

/** Expects the naive numbers for the series, and those of the good rows for the population. */
function expectNumbers(report: Report, data: string | Uint8Array, file: string, { broken }: Accepted): void {
  expect(numbersOf(report)).to.deep.equal(naiveReport(Buffer.from(data)));
  if (file === "nation.json" && broken.populationJump) return;
  expect(report.populationSummary).to.deep.include({ years: [2016, 2017, 2018] });
  expect(report.populationSummary?.mean).to.equal((323_127_515 + 325_719_178 + 327_167_439) / 3);
}

describe("hostile titles", () => {
  for (const title of HOSTILE_TITLES) {
    it(`${JSON.stringify(title.slice(0, 30))} does no harm in JSON, in CSV or on a terminal`, async () => {
      const { report, csv } = await analyzeWith("pr.sector", `sector_code\tsector_name\n3000\t${title}\n`);
      const shown = report.bestYears[0]?.title ?? "";
      expect(shown).to.equal(`${title.trim().replaceAll(/[\p{Cc}\u202E]/gu, "\uFFFD")}: seasonal S`);
      expect(JSON.parse(JSON.stringify(report)).bestYears[0].title).to.equal(shown);
      const lines = tableOf({ csv }, "best-years.csv").trimEnd().split("\n");
      expect(lines).to.have.length(3);
      expect(lines[1]).not.to.match(/,"?[=+@-]\D/);
      const plain = renderReport(report, { columns: 100 })
        .replaceAll("\x1B[1m", "")
        .replaceAll("\x1B[22m", "");
      expect(plain.replaceAll("\n", "")).not.to.match(/\p{Cc}/u);
    });
  }
});
