import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Report } from "../../../analytics/report";
import type { PublishedSite } from "../../../tools/site/publishedSite";
import { openBuckets } from "../../support/buckets";
import { skipWithoutChromium } from "../../support/chromium";
import { AlteredObjects } from "./alteredObjects";
import { openPage, reportShown } from "./openPage";
import { sharedBrowser, sharedSite } from "./sharedSite";

const SERIES = "PRS30006032";
const MINUTE_MS = 60_000;
const EARLIER = { fingerprint: "e".repeat(64), generatedAt: "2020-01-01T00:00:00.000Z" };

/** These settings turn polling off, so the pages read again only because the publication is incomplete. */
describe("a page opened while a report is being published", function () {
  this.timeout(60_000);
  let browser: Browser;
  let site: PublishedSite;
  let address: string;
  let report: Report;
  let page: Page;
  let objects: AlteredObjects;

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    site = await sharedSite();
    address = site.output("websiteUrl");
    const buckets = openBuckets(site.cloud, site.output("dataBucket"), site.output("stateBucket"));
    report = await buckets.readJson<Report>("reports/latest.json");
  });
  beforeEach(async () => {
    ({ page } = await openPage(browser, "about:blank"));
    objects = new AlteredObjects(page);
    await objects.pollEvery(0);
  });
  afterEach(async () => {
    await page.context().close();
  });

  /** Opens the page with its clock stopped at this time after the report was generated. */
  async function openAfter(milliseconds: number, hash = ""): Promise<void> {
    await page.clock.setFixedTime(Date.parse(report.generatedAt) + milliseconds);
    await page.goto(`${address}/${hash}`);
    await reportShown(page);
  }
  const notices = () => page.locator("#notices").innerText();
  const analysisCard = () => page.locator("#freshness .card").last();

  it("before the first status is written: does not warn, and shows the status as soon as it exists", async () => {
    await objects.alter("reports/status/analysis.json", () => undefined);
    await openAfter(1_000);
    expect(await notices()).to.equal("");
    expect(await page.locator("#state").innerText()).to.match(/^up to date/);
    expect(await analysisCard().textContent()).to.match(/^Analysis publishing/);
    await objects.restore("reports/status/analysis.json");
    await analysisCard().getByText("OK").waitFor({ state: "attached" });
    expect(await notices()).to.equal("");
  });

  it("after a failed analysis, before the new status is written: does not mention the failure", async () => {
    await objects.alter("reports/status/analysis.json", (status) => ({
      ...status,
      ok: false,
      error: "There was no population.",
      lastCheck: EARLIER.generatedAt,
      lastChange: EARLIER.generatedAt,
    }));
    await openAfter(1_000);
    expect(await notices()).to.equal("");
    expect(await page.locator("#state").innerText()).to.match(/^up to date/);
  });

  it("if the status is never written: warns of that a quarter of an hour later", async () => {
    await objects.alter("reports/status/analysis.json", () => undefined);
    await openAfter(16 * MINUTE_MS);
    expect(await notices()).to.match(/^The status of the analysis is missing/);
    expect(await page.locator("#state").innerText()).to.match(/^may be out of date/);
  });

  it("if it reads the report before it is replaced, and the rest after: shows the new report at once", async () => {
    await objects.alter("reports/latest.json", (latest) => ({ ...latest, ...EARLIER }), 1);
    await openAfter(1_000);
    expect(await page.locator("#history tbody tr").first().textContent()).to.include("(shown here)");
    expect(await notices()).to.equal("");
  });

  it("before the tables are written: shows a series once the sums of its report exist", async () => {
    const earlier = { "x-amz-meta-fingerprint": EARLIER.fingerprint };
    const body = `series_id,year,value,quarters\n${SERIES},1999,1.0,4\n`;
    await page.route(
      "**/reports/latest/yearly-sums.csv",
      (route) => route.fulfill({ headers: earlier, body }),
      {
        times: 1,
      },
    );
    await openAfter(1_000, `#${SERIES}`);
    await page.locator(".detail .bars rect").first().waitFor();
    const best = report.bestYears.find(({ seriesId }) => seriesId === SERIES);
    expect(await page.locator(".detail .bars .marked").getAttribute("data-year")).to.equal(
      String(best?.year),
    );
  });
});
