import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Report } from "../../../analytics/report";
import type { OracleReport } from "../../oracles/duckdb";
import { openBuckets } from "../../support/buckets";
import { skipWithoutChromium } from "../../support/chromium";
import { cellsOf, findViolations, numberOf, openPage, reportShown } from "./openPage";
import { sharedBrowser, sharedOracle, sharedSite } from "./sharedSite";

describe("the page's best years", function () {
  this.timeout(120_000);
  let browser: Browser;
  let expected: OracleReport;
  let bestYears: Report["bestYears"];
  let address: string;
  let page: Page;

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    const { cloud, output } = await sharedSite();
    address = output("websiteUrl");
    const buckets = openBuckets(cloud, output("dataBucket"), output("stateBucket"));
    ({ bestYears } = await buckets.readJson<Report>("reports/latest.json"));
    expected = await sharedOracle();
    ({ page } = await openPage(browser, address));
  });
  after(async () => {
    await page?.context().close();
  });
  beforeEach(async () => {
    // Reusing the context is faster and safe: the page stores nothing.
    await page.goto("about:blank");
    await page.goto(address);
    await reportShown(page);
  });

  const text = (selector: string) => page.locator(selector).first().innerText();
  const showAll = () => page.getByRole("button", { name: /^Show the remaining/ }).click();
  /** Waits until the rows out of sight have been added, too. */
  const rowsShown = () => page.locator('.best-years tbody[aria-busy="false"]').waitFor();
  const idsShown = async () => {
    await rowsShown();
    return page
      .locator(".best-years tbody tr[data-series]")
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-series") ?? ""));
  };

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

  it("sorts by year and by value, both ways, and tells screen readers", async () => {
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

  it("filters by sector, measure, unit and basis, searches, and resets to all series", async () => {
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

  it("filters by the year chosen in the chart", async () => {
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

  it("opens a series with a bar for each of DuckDB's yearly sums, and marks the best one", async () => {
    const tied = expected.bestYears.find(({ tiedYears }) => tiedYears.length > 0);
    for (const best of [...expected.bestYears.filter(isFirstOfBasis), ...(tied ? [tied] : [])]) {
      await page.goto(`${address}/#${best.seriesId}`);
      await page.locator(`tr[data-series="${best.seriesId}"] + .opened`).waitFor();
      const detail = page.locator(".detail");
      await detail.locator(".bars rect").first().waitFor();
      const sums = expected.yearlySums.filter(({ seriesId }) => seriesId === best.seriesId);
      const years = (bars: string) =>
        detail.locator(bars).evaluateAll((rects) => rects.map((rect) => rect.getAttribute("data-year")));
      expect((await years(".bars rect")).map(Number)).to.deep.equal(sums.map(({ year }) => year));
      expect((await years(".bars .marked")).map(Number)).to.deep.equal([best.year, ...best.tiedYears]);
      expect(await detail.locator("p").first().innerText()).to.include(`Best year ${best.year}`);
      await detail.getByText("All years", { exact: true }).click();
      expect(
        (await cellsOf(page, ".detail")).map(([year, value = ""]) => [year, numberOf(value).toFixed(3)]),
      ).to.deep.equal(sums.map(({ year, value }) => [String(year), value]).reverse());
    }
  });

  it("opens and closes a row with the keyboard", async () => {
    const row = page.locator(".best-years tbody tr[data-series]").first();
    await row.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await page.locator(".detail .bars").waitFor();
    expect(await row.getByRole("button").getAttribute("aria-expanded")).to.equal("true");
    expect(await findViolations(page, ".best-years .opened")).to.deep.equal([]);
    await page.keyboard.press("Enter");
    expect(await page.locator(".detail").count()).to.equal(0);
  });
});

function isFirstOfBasis(
  best: OracleReport["bestYears"][number],
  at: number,
  all: OracleReport["bestYears"],
): boolean {
  return all.findIndex(({ basis }) => basis === best.basis) === at;
}
