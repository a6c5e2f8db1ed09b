import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import type { Report } from "../../../analytics/report";
import type { Rule } from "../../../analytics/rules";
import { findInputFiles } from "../../../commands/analyze/inputFiles";
import { refreshReport } from "../../../functions/analysis/refreshReport";
import { storePopulation } from "../../../functions/population/store";
import { POPULATION_KEY } from "../../../functions/shared/keys";
import type { Status } from "../../../functions/shared/status";
import { dataFile, input, SETTINGS } from "../../support/analysisInputs";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";
import { needCase } from "../../support/cases";
import { analyzeCase, caseFile } from "./caseFiles";

/** Files from real users, byte for byte. */
describe("real-world inputs", () => {
  before(function () {
    needCase(this, "01-last-tab-trimmed");
  });

  const bestYears = ({ bestYears: years }: Report) =>
    years.map(({ seriesId, year, value }) => [seriesId, year, value]);
  const outcome = ({ quality }: Report, rule: Rule) => quality.rules.find((found) => found.rule === rule);

  it("01: rows without the TAB before their empty last field count like rows with it", async () => {
    const [trimmed, intact] = await Promise.all(
      ["01-last-tab-trimmed", "01-last-tab-trimmed/intact"].map((folder) => analyzeCase(folder)),
    );
    expect(bestYears(trimmed?.report as Report)).to.deep.equal([
      ["PRS85006092", 2022, 36],
      ["PRS85006112", 2022, 32],
    ]);
    expect(trimmed?.report.quality).to.deep.equal(intact?.report.quality);
    expect(trimmed?.report.bestYears).to.deep.equal(intact?.report.bestYears);
  });

  it("02: a table of footnotes without rows is no worse than a missing one", async () => {
    const { report } = await analyzeCase("02-footnote-table-header-only");
    expect(bestYears(report)).to.deep.equal(
      bestYears((await analyzeCase("01-last-tab-trimmed/intact")).report),
    );
    expect(outcome(report, "unknownFootnote")).to.include({ severity: "warning", count: 0 });
    const { files } = findInputFiles(caseFile("02-footnote-table-header-only"), {});
    const used = await analyzeFiles(
      [...files, input(SETTINGS.dataFile, dataFile(["PRS85006092 2022 Q01 9 R"]))],
      SETTINGS,
      {
        generatedAt: new Date(0),
      },
    );
    expect(outcome(used.report, "unknownFootnote")).to.include({ severity: "warning", count: 1 });
  });

  it("04: a data file that is cut off at a line end lacks a series, and the report warns", async () => {
    const { report } = await analyzeCase("04-cut-at-a-line-end");
    expect(outcome(report, "absentSeries")).to.deep.equal({
      rule: "absentSeries",
      severity: "warning",
      count: 1,
      examples: [
        {
          file: "pr.data.0.Current",
          line: null,
          reason:
            "does not have any value of the series PRS85006112, which the catalogue lists with values from 2022 to 2023",
        },
      ],
    });
  });

  describe("from the population API", () => {
    let buckets: TestBuckets;

    beforeEach(async () => {
      buckets = await startTestBuckets();
    });
    afterEach(() => buckets.close());

    /** Runs the pipeline for a day, on that day's upstream files: both fetches, then the analysis. */
    async function runDay(folder: string, day: number, populationChange?: "warn" | "refuse") {
      const read = (...names: string[]) => readFileSync(caseFile(folder, `day${day}`, ...names));
      const now = new Date(Date.UTC(2026, 2, day, 14));
      for (const name of ["pr.data.0.Current", "pr.series"]) {
        await buckets.put(`raw/bls/pr/${name}`, read("pub", "time.series", "pr", name).toString());
      }
      const { data, state } = buckets;
      const fetched = await storePopulation({
        reportVersion: "1",
        data,
        address: "https://api.example.com/population",
        // The case's own bytes, because the local upstream would vary everything around the data.
        upstream: (_address, readBody) => readBody(Readable.from([read("population.json")])),
        now,
      }).catch((error: Error) => error);
      const limits = {
        maxRowLossPercent: 10,
        maxRefusedPercent: 1,
        ...(populationChange && { populationChange }),
      };
      await refreshReport({ data, state, settings: SETTINGS, limits, now });
      return fetched;
    }
    const report = () => buckets.readJson<Report>("reports/latest.json");
    const status = (part: string) => buckets.readJson<Status>(`reports/status/${part}.json`);

    it("03: another estimate from the same address is a warning that names both", async () => {
      await runDay("03-population-other-estimate", 1);
      const first = await report();
      expect(first.populationSummary?.mean).to.equal(322_069_808);
      expect(outcome(first, "populationReplaced")?.count).to.equal(null);
      expect(await buckets.readJson(POPULATION_KEY)).to.have.keys("data");
      await runDay("03-population-other-estimate", 2);
      const second = await report();
      expect(second.populationSummary?.mean).to.equal(317_437_383);
      const input = second.inputs.find(({ name }) => name === "nation.json");
      expect(input?.provenance).to.deep.equal({
        dataset: "ACS 5-year Estimate",
        source: null,
        cube: "acs_yg_total_population_5",
      });
      const found = outcome(second, "populationReplaced");
      expect(found).to.include({ severity: "warning", count: 1 });
      expect(found?.examples[0]?.reason).to.match(
        /the dataset 'ACS 5-year Estimate' instead of 'ACS 1-year Estimate'.* 6 of 6 years, such as 311,536,594 instead of 316,128,839 for 2013/,
      );
      const { details } = await status("analysis");
      expect((details as { warnings: string[] }).warnings.join()).to.include("ACS 5-year Estimate");
      expect((await status("population")).details).to.deep.include({ provenance: input?.provenance });
    });

    it("03: with populationChange set to refuse, another estimate leaves the last good report in place", async () => {
      await runDay("03-population-other-estimate", 1, "refuse");
      const first = await report();
      await runDay("03-population-other-estimate", 2, "refuse");
      expect(await report()).to.deep.equal(first);
      const { ok, error } = await status("analysis");
      expect(ok).to.equal(false);
      expect(error).to.include("ACS 5-year Estimate").and.to.include("last good report stays");
    });

    it("09: an answer without the nation is not stored over one that has it", async () => {
      await runDay("09-answer-without-nation", 1);
      const [stored, first] = await Promise.all([buckets.read(POPULATION_KEY), report()]);
      const error = await runDay("09-answer-without-nation", 2);
      expect(error).to.be.instanceOf(Error);
      expect((error as Error).message)
        .to.include('no Nation "United States"')
        .and.to.include("populationUrl")
        .and.to.include("6 of its 6 rows");
      expect(await buckets.read(POPULATION_KEY)).to.equal(stored);
      expect(await report()).to.deep.equal(first);
      expect(await status("population")).to.include({ ok: false, error: (error as Error).message });
    });
  });
});
