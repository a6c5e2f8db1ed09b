import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import type { PopulationChange } from "../../../analytics/quality/checks";
import type { Report } from "../../../analytics/report";
import { refreshReport } from "../../../functions/analysis/refreshReport";
import { storePopulation } from "../../../functions/population/store";
import { POPULATION_KEY } from "../../../functions/shared/keys";
import type { Status } from "../../../functions/shared/status";
import { dataFile, SETTINGS } from "../../support/analysisInputs";
import { startTestBuckets, type TestBuckets } from "../../support/buckets";
import { needCase } from "../../support/cases";
import { caseFile } from "./caseFiles";
import { outcome } from "./smallFiles";

interface Figure {
  Nation: string;
  Year: number | string;
  Population: number | string;
}

/** The 1-year estimates for 2013 to 2018, in persons; their mean is 322,069,808. */
const ONE_YEAR = [316_128_839, 318_857_056, 321_418_821, 323_127_515, 325_719_178, 327_167_439];
const FIGURES = ONE_YEAR.map(
  (Population, at): Figure => ({ Nation: "United States", Year: 2013 + at, Population }),
);
const answer = (data: unknown, around: object = {}) => JSON.stringify({ ...around, data });
const named = (dataset_name: string) => ({ annotations: { dataset_name } });

describe("variants of the population", () => {
  let buckets: TestBuckets;
  let day: number;

  beforeEach(async () => {
    buckets = await startTestBuckets();
    day = 0;
    await buckets.put("raw/bls/pr/pr.data.0.Current", dataFile(["PRS30006032 2018 Q01 0.5"]));
    await buckets.put("raw/bls/pr/pr.series", "series_id\tbegin_year\tend_year\nPRS30006032\t2018\t2018\n");
  });
  afterEach(() => buckets.close());

  /** Fetches this answer; returns the error, if there is one. */
  async function fetchAnswer(body: string | Uint8Array): Promise<Error | undefined> {
    const { data } = buckets;
    try {
      await storePopulation({
        reportVersion: "1",
        data,
        address: "https://api.example.com/population",
        upstream: (_address, read) => read(Readable.from([Buffer.from(body)])),
        now: new Date(Date.UTC(2026, 2, ++day, 14)),
      });
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  async function makeReport(populationChange: PopulationChange = "warn"): Promise<Report> {
    const { data, state } = buckets;
    const limits = { maxRowLossPercent: 10, maxRefusedPercent: 1, populationChange };
    const now = new Date(Date.UTC(2026, 2, ++day, 15));
    await refreshReport({ data, state, settings: SETTINGS, limits, now });
    return buckets.readJson<Report>("reports/latest.json");
  }
  async function publish(body: string, populationChange?: PopulationChange): Promise<Report> {
    expect(await fetchAnswer(body)).to.equal(undefined);
    return makeReport(populationChange);
  }
  const status = () => buckets.readJson<Status>("reports/status/analysis.json");
  const replaced = (report: Report) => outcome(report, "populationReplaced");

  describe("that switches to another estimate", () => {
    let [oneYear, fiveYear]: string[] = [];
    before(function () {
      needCase(this, "03-population-other-estimate");
      [oneYear, fiveYear] = [1, 2].map((of) =>
        readFileSync(caseFile("03-population-other-estimate", `day${of}`, "population.json"), "utf8"),
      );
    });

    for (const change of ["warn", "refuse"] as const) {
      it(`and back is in the report again, if the setting is ${change}`, async () => {
        await publish(oneYear ?? "", change);
        await publish(fiveYear ?? "", change);
        const report = await publish(oneYear ?? "", change);
        expect(report.populationSummary?.mean).to.equal(322_069_808);
        expect(await status()).to.include({ ok: true, error: null });
      });
    }

    it("stays in the status as long as it is in the report, even after an analysis that finds nothing new", async () => {
      await publish(oneYear ?? "");
      await publish(fiveYear ?? "");
      const report = await makeReport();
      expect(replaced(report)).to.include({ severity: "warning", count: 1 });
      const { details } = await status();
      expect((details as { warnings: string[] }).warnings.join()).to.include("ACS 5-year Estimate");
    });

    it("is recognised by its figures if the answer does not name its dataset", async () => {
      await publish(answer(JSON.parse(oneYear ?? "").data));
      const report = await publish(answer(JSON.parse(fiveYear ?? "").data));
      expect(replaced(report)?.examples[0]?.reason).to.match(/^has different figures .* for 6 of 6 years/);
    });
  });

  it("with the same figures under another name is a warning that mentions no figures", async () => {
    await publish(answer(FIGURES, named("ACS 1-year Estimate")));
    const report = await publish(answer(FIGURES, named("ACS 1-year Supplemental Estimate")));
    expect(replaced(report)).to.include({ severity: "warning", count: 1 });
    expect(replaced(report)?.examples[0]?.reason)
      .to.include("'ACS 1-year Supplemental Estimate' instead of 'ACS 1-year Estimate'")
      .and.not.include("figures");
  });

  for (const [revised, count] of [
    [2, 0],
    [3, 1],
  ] as const) {
    it(`with ${revised} of 6 years revised counts ${count}: more than a third make it another estimate`, async () => {
      await publish(answer(FIGURES));
      const next = FIGURES.map((row, at) =>
        at < revised ? { ...row, Population: Number(row.Population) + 1 } : row,
      );
      expect(replaced(await publish(answer(next)))).to.include({ count });
    });
  }

  it("is named by the answer's source if its annotations do not name it", async () => {
    const source = [{ name: "acs_5", annotations: { dataset_name: "ACS 5-year Estimate" } }];
    for (const annotations of [{}, { topic: "Diversity" }]) {
      const report = await publish(answer(FIGURES, { annotations, source }));
      const found = report.inputs.find(({ name }) => name === "nation.json");
      expect(found?.provenance).to.deep.equal({
        dataset: "ACS 5-year Estimate",
        source: null,
        cube: "acs_5",
      });
    }
  });

  const WRONG: [what: string, body: string | Uint8Array][] = [
    ["has only the newest year", answer(FIGURES.slice(-1))],
    ["lacks the oldest years", answer(FIGURES.slice(2))],
    ["is an HTML page with status 200", "<html>\r\n<title>502 Bad Gateway</title></html>"],
    ["is gzip without a Content-Encoding", gzipSync(answer(FIGURES))],
    ["is cut off halfway", answer(FIGURES).slice(0, 200)],
    [
      "is in thousands",
      answer(FIGURES.map((row) => ({ ...row, Population: Number(row.Population) / 1000 }))),
    ],
    ["spells the nation differently", answer(FIGURES.map((row) => ({ ...row, Nation: "USA" })))],
    [
      "has states among its rows",
      answer([...FIGURES, { State: "Texas", Year: 2018, Population: 28_701_845 }]),
    ],
    ["has both estimates", answer([...FIGURES, { ...FIGURES[5], Population: 322_903_030 }])],
    ["has an error instead of data", answer(null, { error: "cube not found" })],
  ];
  for (const [what, body] of WRONG) {
    it(`that ${what} does not replace the right one, and the error has no mojibake`, async () => {
      const before = await publish(answer(FIGURES));
      const stored = await buckets.read(POPULATION_KEY);
      const error = await fetchAnswer(body);
      expect(await buckets.read(POPULATION_KEY)).to.equal(stored);
      expect(await makeReport()).to.deep.equal(before);
      expect((await status()).ok).to.equal(true);
      expect(error?.message)
        .to.include("populationUrl")
        .and.not.match(/\uFFFD/);
    });
  }

  for (const [what, around] of [
    ["no total on its page", { page: { limit: 0, offset: 0 } }],
    ["no page", { page: null }],
  ] as const) {
    it(`that is right is stored even if the API sends ${what}`, async () => {
      expect(await fetchAnswer(answer(FIGURES, around))).to.equal(undefined);
      expect(await buckets.readJson(POPULATION_KEY)).to.deep.equal({ data: FIGURES });
    });
  }
});
