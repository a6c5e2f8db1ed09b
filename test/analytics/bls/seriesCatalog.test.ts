import { expect } from "chai";
import { describeSeries, readSeriesCatalog } from "../../../analytics/bls/seriesCatalog";
import { Findings } from "../../../analytics/findings";
import { Inputs } from "../../../analytics/inputs";
import { input } from "../../support/analysisInputs";

/** Reads the catalogue from these tables; `|` stands for TAB. */
async function read(tables: Record<string, readonly string[]>) {
  const files = Object.entries(tables).map(([name, lines]) =>
    input(`pr.${name}`, `${lines.join("\n").replaceAll("|", "\t")}\n`),
  );
  const findings = new Findings();
  const catalog = await readSeriesCatalog(new Inputs(files), "pr", findings);
  const unknown = findings.outcomes.find(({ rule }) => rule === "unknownCode");
  return { catalog, unknown };
}

const HEADER = "series_id|sector_code|measure_code|class_code|seasonal|duration_code|begin_year|end_year";

describe("the catalogue of series", () => {
  it("builds a title from the words for the codes, and takes the unit from the duration", async () => {
    const { catalog, unknown } = await read({
      series: [HEADER, "A|3000|03|6|S|2|1947|2024"],
      sector: ["sector_code|sector_name", "3000|Manufacturing"],
      measure: ["measure_code|measure_text", "03|Hours worked"],
      class: ["class_code|class_text", "6|All workers"],
      seasonal: ["seasonal_code|seasonal_text", "S|Seasonal Adjusted"],
      duration: ["duration_code|duration_text", "2|% Change from previous quarter"],
    });
    expect(catalog.get("A")).to.deep.equal({
      title: "Manufacturing: Hours worked, All workers, Seasonal Adjusted",
      unit: "% Change from previous quarter",
      sector: "Manufacturing",
      measure: "Hours worked",
      years: { from: 1947, to: 2024 },
    });
    expect(unknown).to.include({ count: 0 });
  });

  it("prefers BLS's own title", async () => {
    const { catalog } = await read({
      series: ["series_id|series_title|sector_code", "A|Gasoline, all types|1", "B||1", "C||"],
    });
    expect([...catalog.values()].map(({ title }) => title)).to.deep.equal([
      "Gasoline, all types",
      "sector 1",
      "C",
    ]);
  });

  it("shows codes without words, and cannot check them if no code table was given", async () => {
    const { catalog, unknown } = await read({ series: [HEADER, "A|3000||6||2||"] });
    expect(catalog.get("A")).to.deep.equal({
      title: "sector 3000: class 6",
      unit: "duration 2",
      sector: "sector 3000",
      measure: null,
      years: null,
    });
    expect(unknown).to.include({ count: null });
  });

  it("flags a code that its table does not list, once for all its series, and shows the code", async () => {
    const { catalog, unknown } = await read({
      series: ["series_id|sector_code", "A|1", "B|2", "C|2", "D|"],
      sector: ["sector_code|sector_name", "1|One"],
    });
    expect([...catalog.values()].map(({ sector }) => sector)).to.deep.equal([
      "One",
      "sector 2",
      "sector 2",
      null,
    ]);
    expect(unknown).to.deep.include({
      count: 1,
      examples: [
        { file: "pr.series", line: null, reason: "gives B the sector 2, which pr.sector does not list" },
      ],
    });
  });

  for (const [begin, end] of [
    ["1947", ""],
    ["", "2024"],
    ["47", "2024"],
    ["1947.", "2024"],
  ]) {
    it(`ignores the invalid span of years from "${begin}" to "${end}"`, async () => {
      const { catalog } = await read({ series: [HEADER, `A||||||${begin}|${end}`] });
      expect(catalog.get("A")?.years).to.equal(null);
    });
  }

  it("describes an unlisted series by its id", () => {
    expect(describeSeries(new Map(), "A")).to.deep.equal({
      title: "A",
      unit: null,
      sector: null,
      measure: null,
    });
  });
});
