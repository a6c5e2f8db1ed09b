import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Report } from "../../analytics/report";
import { POPULATION_FILE, type UpstreamFile } from "../../local/upstream/source";
import type { PublishedSite } from "../../tools/site/publishedSite";
import { DATA_FILE, releaseBefore } from "../../tools/site/vintages";
import { type OracleReport, oracle } from "../analytics/duckdbOracle";
import { openBuckets, type TestBuckets } from "../support/buckets";
import { skipWithoutChromium } from "../support/chromium";
import { cellsOf, download, findBarriers, type Looked, lookAt, numberOf, shown } from "./openPage";
import { sharedBrowser, sharedSite } from "./sharedSite";

describe("the page", function () {
  this.timeout(120_000);
  let site: PublishedSite;
  let browser: Browser;
  let buckets: TestBuckets;
  let expected: OracleReport;
  let address: string;
  let looked: Looked;
  let page: Page;

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    site = await sharedSite();
    address = site.output("websiteUrl");
    buckets = openBuckets(site.cloud, site.output("dataBucket"), site.output("stateBucket"));
    expected = await askDuckDb(site);
  });

  beforeEach(async () => {
    looked = await lookAt(browser, address, { acceptDownloads: true });
    page = looked.page;
    await shown(page);
  });
  afterEach(async () => {
    await page?.context().close();
  });

  const text = (selector: string) => page.locator(selector).first().innerText();
  const showAll = () => page.getByRole("button", { name: /^Show the other/ }).click();
  /** Waits for rows out of sight, too. */
  const rowsShown = () => page.locator('.best-years tbody[aria-busy="false"]').waitFor();
  const idsShown = async () => {
    await rowsShown();
    return page
      .locator(".best-years tbody tr[data-series]")
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-series") ?? ""));
  };
  const report = () => buckets.readJson<Report>("reports/latest.json");

  it("says that the report is up to date, asks nobody else for anything, and has no complaint", async () => {
    expect(await text("#state")).to.match(
      /^up to date Report of .* UTC · sources checked (just now|\d minutes? ago)/,
    );
    expect(new Set(looked.requests.map((url) => new URL(url).origin))).to.deep.equal(new Set([address]));
    expect(looked.complaints).to.deep.equal([]);
    expect(await page.locator("#notices > *").count()).to.equal(0);
  });

  it("shows DuckDB's mean and deviations, the years asked shaded, and a gap where no figure is", async () => {
    const { mean, sampleStandardDeviation, populationStandardDeviation } = expected.populationSummary;
    const figures = await page.locator("#population .figures strong").allTextContents();
    const shownFigures = figures.slice(0, 3).map(numberOf);
    for (const [at, value] of [mean, sampleStandardDeviation, populationStandardDeviation].entries()) {
      expect(shownFigures[at]).to.be.closeTo(value ?? Number.NaN, 0.05);
    }
    expect(await page.locator("#population .shade").count()).to.equal(1);
    const line = await page.locator("#population .line path").getAttribute("d");
    expect(line?.match(/M/g), "2020 has no figure").to.have.length(2);
    await page.locator("#population .plot").focus();
    await page.keyboard.press("Home");
    expect(await text("#population .readout")).to.match(/^2013: [\d,]+ persons$/);
    await page.keyboard.press("ArrowRight");
    expect(await text("#population .readout")).to.match(/^2014: [\d,]+ persons$/);
  });

  it("shows DuckDB's best year and value of every series", async () => {
    expect(await idsShown()).to.have.length(25);
    await showAll();
    const ids = await idsShown();
    const cells = await cellsOf(page, ".best-years");
    const found = cells.map(([, year = "", value = ""], at) => {
      return { seriesId: ids[at], year: Number(year.slice(0, 4)), value: numberOf(value).toFixed(3) };
    });
    expect(found).to.have.length(282);
    expect(found).to.have.deep.members(
      expected.bestYears.map(({ seriesId, year, value }) => ({ seriesId, year, value })),
    );
  });

  it("sorts by year and by value, either way, and says so to a screen reader", async () => {
    await showAll();
    const column = async (at: number) => {
      await rowsShown();
      return (await cellsOf(page, ".best-years")).map((row) => row[at] ?? "");
    };
    const sorts: [name: string, at: number][] = [
      ["Best year", 1],
      ["Value", 2],
    ];
    for (const [name, at] of sorts) {
      const head = page.locator(".best-years").getByRole("columnheader", { name });
      for (const [way, sign] of [
        ["descending", -1],
        ["ascending", 1],
      ] as const) {
        await head.getByRole("button").click();
        expect(await head.getAttribute("aria-sort")).to.equal(way);
        const values = (await column(at)).map((cell) => numberOf(cell.replace(/tie: .*/, "")));
        expect(values).to.deep.equal(values.toSorted((a, b) => sign * (a - b)));
      }
    }
  });

  it("filters by sector, measure, unit and basis, searches, and goes back to all series", async () => {
    const { bestYears } = await report();
    await showAll();
    const ids = (wanted: (best: Report["bestYears"][number]) => boolean) =>
      bestYears.filter(wanted).map(({ seriesId }) => seriesId);
    await page.getByLabel("Sector", { exact: true }).selectOption("Manufacturing");
    expect(await idsShown()).to.have.members(ids(({ title }) => title.startsWith("Manufacturing: ")));
    await page.getByLabel("Measure", { exact: true }).selectOption("Hours worked");
    expect(await idsShown()).to.have.members(
      ids(({ title }) => title.startsWith("Manufacturing: Hours worked")),
    );
    await page.getByLabel("Unit", { exact: true }).selectOption("% Change from previous quarter");
    expect(await idsShown()).to.deep.equal(["PRS30006032"]);
    await page.getByRole("button", { name: "Show all series" }).click();
    expect(await idsShown()).to.have.length(282);

    await page.getByLabel("Basis").selectOption("annual");
    const annual = expected.bestYears.filter(({ basis }) => basis === "annual");
    expect(await idsShown()).to.have.members(annual.map(({ seriesId }) => seriesId));
    await page.getByLabel("Basis").selectOption("");
    await page.getByLabel("Search").fill("durable HOURS prs31");
    const found = ids(
      ({ seriesId, title }) => /durable/i.test(title) && /hours/i.test(title) && seriesId.startsWith("PRS31"),
    );
    expect(found).not.to.have.length(0);
    expect(await idsShown()).to.have.members(found);
    expect(await text(".count")).to.equal(`${found.length} of 282 series`);
  });

  it("filters by the year that is chosen in the chart", async () => {
    await showAll();
    await page.locator("#best-years .chart .plot").first().focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    const year = Number((await text("#best-years .readout")).slice(0, 4));
    await page.keyboard.press("Enter");
    const ids = expected.bestYears.filter((best) => best.year === year).map(({ seriesId }) => seriesId);
    expect(ids).not.to.have.length(0);
    expect(await idsShown()).to.have.members(ids);
  });

  it("opens a series with a bar for each of DuckDB's yearly sums, the best one marked", async () => {
    const tied = expected.bestYears.find(({ tiedYears }) => tiedYears.length > 0);
    for (const best of [...expected.bestYears.filter(isFirstOfBasis), ...(tied ? [tied] : [])]) {
      const { page: other } = await lookAt(browser, `${address}/#${best.seriesId}`);
      const detail = other.locator(".detail");
      await detail.locator(".bars rect").first().waitFor();
      const sums = expected.yearlySums.filter(({ seriesId }) => seriesId === best.seriesId);
      const years = (bars: string) =>
        detail.locator(bars).evaluateAll((rects) => rects.map((rect) => rect.getAttribute("data-year")));
      expect((await years(".bars rect")).map(Number)).to.deep.equal(sums.map(({ year }) => year));
      expect((await years(".bars .marked")).map(Number)).to.deep.equal([best.year, ...best.tiedYears]);
      expect(await detail.locator("p").first().innerText()).to.include(`Best year ${best.year}`);
      await detail.getByText("Every year", { exact: true }).click();
      expect(
        (await cellsOf(other, ".detail")).map(([year, value = ""]) => [year, numberOf(value).toFixed(3)]),
      ).to.deep.equal(sums.map(({ year, value }) => [String(year), value]).reverse());
      await other.context().close();
    }
  });

  it("opens and closes a row with the keyboard", async () => {
    const row = page.locator(".best-years tbody tr[data-series]").first();
    await row.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await page.locator(".detail .bars").waitFor();
    expect(await row.getByRole("button").getAttribute("aria-expanded")).to.equal("true");
    expect(await findBarriers(page)).to.deep.equal([]);
    await page.keyboard.press("Enter");
    expect(await page.locator(".detail").count()).to.equal(0);
  });

  it("shows DuckDB's table of the series and the population, and charts with the same gaps", async () => {
    const rows = await cellsOf(page, "#series-population");
    expect(
      rows.map(([year, value = "", population = ""]) => ({
        year: Number(year),
        value: numberOf(value).toFixed(3),
        population: population === "–" ? null : numberOf(population),
      })),
    ).to.deep.equal(expected.seriesPopulation.toReversed());
    expect(await page.locator("#series-population .bars rect").count()).to.equal(rows.length);
    const known = expected.seriesPopulation.filter(({ population }) => population !== null);
    expect(await page.locator("#series-population .line circle").count()).to.equal(known.length);
    const [own, people] = await page.locator("#series-population .plot").all();
    const labels = async (plot: typeof own) =>
      (await plot?.locator(".axes text").allTextContents())?.filter(isYear);
    expect(await labels(own)).to.deep.equal(await labels(people));
  });

  it("names each source's files with their sizes and hashes, and links them", async () => {
    const rows = await page.locator("#freshness tbody tr").all();
    const keys = await buckets.keys("raw/");
    expect(rows).to.have.length(keys.length);
    for (const row of rows) {
      const link = row.getByRole("link");
      const key = (await link.textContent()) ?? "";
      expect(keys).to.include(key);
      const body = await (await fetch(new URL((await link.getAttribute("href")) ?? "", address))).bytes();
      await row.locator("summary").click();
      const hash = createHash("sha256").update(body).digest("hex");
      expect(await row.locator("details > code").textContent(), key).to.equal(hash);
    }
    expect(await page.locator("#freshness .card").first().textContent()).to.match(
      /^BLS survey pr fineLast checked(just now|\d minutes? ago)/,
    );
  });

  it("shows where numbers come from: every input with its version and hash", async () => {
    const { inputs } = await report();
    await page.locator("#best-years > .content > .source summary").click();
    const items = await page.locator("#best-years > .content > .source li").allInnerTexts();
    const survey = inputs.filter(({ name }) => name !== "nation.json");
    expect(items).to.have.length(survey.length);
    for (const { key, version, sha256 } of survey) {
      const item = items.find((words) => words.startsWith(`${key}\n`));
      expect(item).to.include(sha256).and.to.include(version);
    }
  });

  it("tells what changed: counts that a plain comparison of both releases gives", async () => {
    const [before, now] = [releaseBefore(String(dataFile(site).content)).content, dataFile(site).content].map(
      (content) => valuesOf(String(content)),
    ) as [Map<string, string>, Map<string, string>];
    const revised = [...now].filter(([key, value]) => before.has(key) && before.get(key) !== value);
    const added = [...now.keys()].filter((key) => !before.has(key));
    const figures = await page.locator("#changes .figures strong").allTextContents();
    expect(figures.slice(0, 3).map(numberOf)).to.deep.equal([revised.length, added.length, 0]);
    expect(revised).not.to.have.length(0);
    const { changes } = await report();
    expect(numberOf(figures[3] ?? "")).to.equal(changes?.bestYearsMoved.length);
  });

  it("lists every report so far, and tells what each changed", async () => {
    const { reports } = await buckets.readJson<{ reports: { key: string }[] }>("reports/history/index.json");
    const rows = await page.locator("#history tbody tr").all();
    expect(rows).to.have.length(2);
    const keys = await Promise.all(rows.map((row) => row.getByRole("link").getAttribute("href")));
    expect(keys).to.deep.equal(reports.map(({ key }) => `./${key}`).reverse());
    await rows[0]?.locator("summary").click();
    await rows[1]?.locator("summary").click();
    await page.getByText("It was the first of its data file.").waitFor();
    const { changes } = await report();
    expect(await rows[0]?.locator("details p").textContent()).to.equal(changes?.summary);
  });

  it("lets every table be saved: the pipeline's CSVs as they are, and its own like them", async () => {
    const links = await page.locator("a[download]").all();
    expect(links).to.have.length(5);
    for (const link of links) {
      const key = (await link.getAttribute("href")) ?? "";
      expect(await download(page, () => link.click()), key).to.equal(await buckets.read(key));
    }
    const save = page.getByRole("button", { name: "Save the selected rows (CSV)" });
    await page.getByLabel("Basis").selectOption("annual");
    const saved = (await download(page, () => save.click())).trimEnd().split("\n");
    const [header, ...lines] = (await buckets.read("reports/latest/best-years.csv")).trimEnd().split("\n");
    expect(saved[0]).to.equal(header);
    expect(saved.slice(1)).to.have.members(lines.filter((line) => line.includes(",annual,")));

    const files = page.locator("#freshness").getByRole("button", { name: "Save this table (CSV)" }).first();
    const csv = await download(page, () => files.click());
    const { sha256 } = (await report()).inputs.find(({ name }) => name === "pr.series") ?? {};
    expect(csv).to.match(new RegExp(`^raw/bls/pr/pr.series,\\d+,[^,]+,[^,]+,[^,]+,${sha256}$`, "m"));
  });
});

function isYear(label: string): boolean {
  return /^(19|20)\d\d$/.test(label);
}

function isFirstOfBasis(
  best: OracleReport["bestYears"][number],
  at: number,
  all: OracleReport["bestYears"],
): boolean {
  return all.findIndex(({ basis }) => basis === best.basis) === at;
}

function dataFile({ files }: PublishedSite): UpstreamFile {
  return files.get(DATA_FILE) as UpstreamFile;
}

/** `series year period` → the value as it is written. */
function valuesOf(content: string): Map<string, string> {
  const rows = content
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "");
  return new Map(
    rows.map((row) => {
      const [id, year, period, value] = row.split("\t").map((cell) => cell.trim());
      return [`${id} ${year} ${period}`, String(Number(value))];
    }),
  );
}

/** The same numbers, in SQL, of what upstream serves. */
async function askDuckDb(site: PublishedSite): Promise<OracleReport> {
  const folder = await mkdtemp(path.join(tmpdir(), "page-"));
  try {
    const [dataPath, populationPath] = await Promise.all(
      [DATA_FILE, POPULATION_FILE].map(async (key) => {
        const file = path.join(folder, path.basename(key));
        await writeFile(file, (site.files.get(key) as UpstreamFile).content as Uint8Array);
        return file;
      }),
    );
    return await oracle({ dataPath: dataPath as string, populationPath: populationPath as string });
  } finally {
    await rm(folder, { recursive: true });
  }
}
