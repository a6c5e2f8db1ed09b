import { createHash } from "node:crypto";
import type { ServedFile } from "@data-quest/local-sources/servedFolder";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Report } from "../../../analytics/report";
import type { PublishedSite } from "../../../tools/site/publishedSite";
import { DATA_FILE, previousRelease } from "../../../tools/site/releases";
import type { OracleReport } from "../../oracles/duckdb";
import { openBuckets, type TestBuckets } from "../../support/buckets";
import { skipWithoutChromium } from "../../support/chromium";
import { cellsOf, download, numberOf, type OpenPage, openPage, reportShown } from "./openPage";
import { sharedBrowser, sharedOracle, sharedSite } from "./sharedSite";

/** All tests share one page; what one of them opens does not affect the others. */
describe("the page's views", function () {
  this.timeout(120_000);
  let site: PublishedSite;
  let browser: Browser;
  let buckets: TestBuckets;
  let expected: OracleReport;
  let address: string;
  let opened: OpenPage;
  let page: Page;

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    site = await sharedSite();
    address = site.output("websiteUrl");
    buckets = openBuckets(site.cloud, site.output("dataBucket"), site.output("stateBucket"));
    expected = await sharedOracle();
    opened = await openPage(browser, address, { acceptDownloads: true });
    page = opened.page;
    await reportShown(page);
  });
  after(async () => {
    await page?.context().close();
  });

  const text = (selector: string) => page.locator(selector).first().innerText();
  const report = () => buckets.readJson<Report>("reports/latest.json");

  it("say that the report is up to date, and send requests only to the page's origin, without warnings", async () => {
    expect(await text("#state")).to.match(
      /^up to date Report from .* UTC · sources checked (just now|\d+ minutes? ago)/,
    );
    expect(new Set(opened.requests.map((url) => new URL(url).origin))).to.deep.equal(new Set([address]));
    expect(opened.complaints).to.deep.equal([]);
    expect(await page.locator("#notices > *").count()).to.equal(0);
  });

  it("show DuckDB's mean and standard deviations, the summarized years shaded, and a gap for the year without a figure", async () => {
    const { mean, sampleStandardDeviation, populationStandardDeviation } = expected.populationSummary;
    const figures = await page.locator("#population .figures strong").allTextContents();
    const shownFigures = figures.slice(0, 3).map(numberOf);
    for (const [at, value] of [mean, sampleStandardDeviation, populationStandardDeviation].entries()) {
      expect(shownFigures[at]).to.be.closeTo(value ?? Number.NaN, 0.05);
    }
    expect(await page.locator("#population .shade").count()).to.equal(1);
    const line = await page.locator("#population .line path").getAttribute("d");
    expect(line?.match(/M/g), "a gap for 2020").to.have.length(2);
    await page.locator("#population .plot").focus();
    await page.keyboard.press("Home");
    expect(await text("#population .readout")).to.match(/^2013: [\d,]+ persons$/);
    await page.keyboard.press("ArrowRight");
    expect(await text("#population .readout")).to.match(/^2014: [\d,]+ persons$/);
  });

  it("show DuckDB's table of the series and the population, and charts with the same gaps", async () => {
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

  it("list each source's files with their sizes and hashes, and link them", async () => {
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
      /^BLS survey pr OKLast checked(just now|\d+ minutes? ago)/,
    );
  });

  it("show where numbers come from: every input with its version and hash", async () => {
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

  it("show what changed: the counts of a plain comparison of both releases", async () => {
    const [before, now] = [
      previousRelease(String(dataFile(site).content)).content,
      dataFile(site).content,
    ].map((content) => valuesOf(String(content))) as [Map<string, string>, Map<string, string>];
    const revised = [...now].filter(([key, value]) => before.has(key) && before.get(key) !== value);
    const added = [...now.keys()].filter((key) => !before.has(key));
    const figures = await page.locator("#changes .figures strong").allTextContents();
    expect(figures.slice(0, 3).map(numberOf)).to.deep.equal([revised.length, added.length, 0]);
    expect(revised).not.to.have.length(0);
    const { changes } = await report();
    expect(numberOf(figures[3] ?? "")).to.equal(changes?.bestYearsMoved.length);
  });

  it("list all reports, and show what each changed", async () => {
    const { reports } = await buckets.readJson<{ reports: { key: string }[] }>("reports/history/index.json");
    const rows = await page.locator("#history tbody tr").all();
    expect(rows).to.have.length(2);
    const keys = await Promise.all(rows.map((row) => row.getByRole("link").getAttribute("href")));
    expect(keys).to.deep.equal(reports.map(({ key }) => `./${key}`).reverse());
    await rows[0]?.locator("summary").click();
    await rows[1]?.locator("summary").click();
    await page.getByText("This is the first report on its data file.").waitFor();
    const { changes } = await report();
    expect(await rows[0]?.locator("details p").textContent()).to.equal(changes?.summary);
  });

  it("offer every table as CSV: the pipeline's own files, and others in the same format", async () => {
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

function dataFile({ files }: PublishedSite): ServedFile {
  return files.get(DATA_FILE) as ServedFile;
}

/** The values by `series year period`. */
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
