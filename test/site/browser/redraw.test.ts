import { expect } from "chai";
import type { Browser, Page, Request } from "playwright-core";
import type { Report } from "../../../analytics/report";
import { skipWithoutChromium } from "../../support/chromium";
import { AlteredObjects } from "./alteredObjects";
import { openPage, reportShown } from "./openPage";
import { sharedBrowser, sharedSite } from "./sharedSite";

const SERIES = "PRS30006032";
const OTHER_FINGERPRINT = "f".repeat(64);
const SUMS = "**/reports/latest/yearly-sums.csv";

describe("a redraw of the page", function () {
  this.timeout(60_000);
  let browser: Browser;
  let address: string;
  let page: Page;
  let objects: AlteredObjects;
  /** The page's requests that have not been answered yet. */
  let pending: Set<Request>;

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    address = (await sharedSite()).output("websiteUrl");
  });
  afterEach(async () => {
    await page.context().close();
  });

  async function open(hash = ""): Promise<void> {
    ({ page } = await openPage(browser, "about:blank"));
    pending = new Set();
    page.on("request", (request) => pending.add(request));
    page.on("requestfinished", (request) => pending.delete(request));
    page.on("requestfailed", (request) => pending.delete(request));
    objects = new AlteredObjects(page);
    await objects.pollEvery(0.3);
    await page.goto(`${address}/${hash}`);
    await reportShown(page);
  }

  /**
   * Makes the page read another report, with the yearly sums that belong to it.
   *
   * @param hold delays the page's read of the report until it resolves.
   */
  async function publishAnother(
    change: (report: Report) => Partial<Report> = () => ({}),
    hold: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    await page.route(SUMS, async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers(), "x-amz-meta-fingerprint": OTHER_FINGERPRINT };
      await route.fulfill({ response, headers });
    });
    await objects.alter("reports/latest.json", async (report) => {
      await hold();
      return { ...report, ...change(report), fingerprint: OTHER_FINGERPRINT };
    });
  }
  const newReportShown = () =>
    page.getByText(/^The page now shows the new report from/).waitFor({ state: "attached" });
  const rowOf = (seriesId: string) => page.locator(`tr[data-series="${seriesId}"]`);
  const isOpen = (details: string) =>
    page
      .locator(details)
      .first()
      .evaluate((found: { open?: boolean }) => found.open);

  it("keeps a series open that was opened while rows are still being added", async () => {
    await open();
    const first = await page.locator("tr[data-series]").first().getAttribute("data-series");
    // Both clicks come before the next frame, which adds more rows.
    await page.evaluate(`{
      document.querySelector(".more button").click();
      document.querySelector("tr[data-series] button").click();
    }`);
    await page.locator('.best-years tbody[aria-busy="false"]').waitFor();
    expect(await page.locator(".detail").count()).to.equal(1);
    await page.locator(".detail .bars").waitFor();
    expect(
      await rowOf(first ?? "")
        .getByRole("button")
        .getAttribute("aria-expanded"),
    ).to.equal("true");
  });

  it("for a new report keeps everything open, and the selection of the table", async () => {
    await open(`#${SERIES}`);
    await page.locator(".detail .bars").waitFor();
    await page.getByRole("columnheader", { name: "Value" }).getByRole("button").click();
    await page.getByLabel("Sector", { exact: true }).selectOption("Manufacturing");
    await page.getByLabel("Search").fill("hours");
    const details = [
      "#population details:not(.source)",
      ".detail details:not(.source)",
      ".detail .source",
      "#best-years > .content > .source",
      "#freshness details.hash",
      "#history tbody tr:last-child details",
    ];
    for (const found of details) await page.locator(found).first().locator("summary").click();
    const changes = page.locator("#history tbody tr").last().locator("details p");
    await changes.getByText("This is the first report on its data file.").waitFor();
    const ids = () =>
      page
        .locator("tr[data-series]")
        .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-series")));
    const before = await ids();
    await page.evaluate(`{
      document.getElementById("search").focus();
      document.getElementById("search").setSelectionRange(1, 3);
    }`);

    await publishAnother(raised);
    await newReportShown();
    expect(
      await page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]"),
    ).to.deep.equal(["search", 1]);
    expect(await ids()).to.deep.equal(before);
    expect(await page.getByLabel("Sector", { exact: true }).inputValue()).to.equal("Manufacturing");
    expect(await page.locator(".best-years thead th").nth(2).getAttribute("aria-sort")).to.equal(
      "descending",
    );
    await page.locator(".detail .source").getByText(OTHER_FINGERPRINT).waitFor();
    for (const found of details) expect(await isOpen(found), found).to.equal(true);
    expect(await changes.textContent()).to.equal("This is the first report on its data file.");
  });

  it("for a new report keeps the number of rows, and the scroll position", async () => {
    await open();
    await page.locator(".more button").click();
    await page.locator('.best-years tbody[aria-busy="false"]').waitFor();
    const top = () => page.evaluate<number>("document.getElementById('history').getBoundingClientRect().top");
    await page.evaluate("document.getElementById('history').scrollIntoView()");
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    const before = await top();
    await publishAnother();
    await newReportShown();
    expect(await page.locator("tr[data-series]").count()).to.equal(282);
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(await top()).to.be.within(before - 2, before + 2);
  });

  it("for a new report keeps the focus on a series, even if its row is replaced", async () => {
    await open();
    const row = page.locator("tr[data-series]").nth(3);
    const seriesId = await row.getAttribute("data-series");
    await row.getByRole("button").focus();
    await publishAnother(raised);
    await newReportShown();
    const focused = await page.evaluate("document.activeElement.closest('tr')?.dataset.series");
    expect(focused).to.equal(seriesId);
  });

  it("for a new status keeps everything open, tables scrolled, and the focus", async () => {
    await open();
    const [file, report] = ["#freshness tr:nth-child(3) details", "#history tbody tr:last-child details"];
    for (const found of [file, report]) await page.locator(found).first().locator("summary").click();
    const changes = page.locator("#history tbody tr").last().locator("details p");
    await changes.getByText("This is the first report on its data file.").waitFor();
    const scroller = page.locator("#freshness .scroller").first();
    await scroller.evaluate((found: { scrollTop: number }) => {
      found.scrollTop = 40;
    });
    await page.locator(report).locator("summary").focus();

    await objects.alter("reports/status/population.json", (status) => ({
      ...status,
      error: "A new error.",
      ok: false,
    }));
    await page.locator("#freshness .problem").getByText("A new error.").waitFor();
    for (const found of [file, report]) expect(await isOpen(found), found).to.equal(true);
    expect(await changes.textContent()).to.equal("This is the first report on its data file.");
    expect(await scroller.evaluate((found: { scrollTop: number }) => found.scrollTop)).to.equal(40);
    expect(
      await page.evaluate(`document.activeElement === document.querySelector("${report} > summary")`),
    ).to.equal(true);
  });

  it("does not lose a click that starts before a new report arrives and ends after it", async () => {
    await open();
    const toggle = page.locator("tr[data-series]").first().getByRole("button");
    // The press takes the focus from the search field; that blur must not end the press.
    await page.locator("#search").focus();
    await toggle.hover();
    const [asked, pressed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await publishAnother(raised, () => {
      asked.resolve();
      return pressed.promise;
    });
    await asked.promise;
    await page.mouse.down();
    pressed.resolve();
    // Now the page has read everything; only the press delays the redraw.
    while (pending.size > 0) await page.waitForEvent("requestfinished");
    // Longer than the allowed delay between a release and its click.
    await page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 200))");
    await page.mouse.up();
    await page.locator(".detail .bars").waitFor();
    await newReportShown();
    expect(await page.locator(".detail").count()).to.equal(1);
    expect(await toggle.getAttribute("aria-expanded")).to.equal("true");
  });
});

/** Changes the best value of every series, so that every row is replaced. */
function raised({ bestYears }: Report): Partial<Report> {
  return { bestYears: bestYears.map((best) => ({ ...best, value: best.value + 1 })) };
}
