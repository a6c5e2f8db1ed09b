import { expect } from "chai";
import type { Browser } from "playwright-core";
import { skipWithoutChromium } from "../../support/chromium";
import { findViolations, openEverything, openPage, overflow, reportShown } from "./openPage";
import { sharedBrowser, sharedSite } from "./sharedSite";

const VIEWS = ["population", "best-years", "series-population", "changes", "freshness", "history"];

describe("the page's display", function () {
  this.timeout(120_000);
  let browser: Browser;
  let address: string;

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    address = (await sharedSite()).output("websiteUrl");
  });

  const windows = [
    { width: 360, colorScheme: "light" },
    { width: 1920, colorScheme: "dark" },
  ] as const;
  for (const { width, colorScheme } of windows) {
    it(`is ${colorScheme}, fits into ${width} pixels, and is accessible, with everything open`, async () => {
      const { page: other } = await openPage(browser, `${address}/#PRS30006032`, {
        viewport: { width, height: 800 },
        colorScheme,
      });
      await other.locator(".detail .bars").waitFor();
      expect(await overflow(other)).to.equal(0);
      await openEverything(other);
      expect(await overflow(other)).to.equal(0);
      expect(await findViolations(other)).to.deep.equal([]);
      const background = await other.evaluate<string>(
        "getComputedStyle(document.documentElement).backgroundColor",
      );
      const [red = 0] = (background.match(/\d+/g) ?? []).map(Number);
      expect(red > 128 ? "light" : "dark").to.equal(colorScheme);
      await other.setViewportSize({ width: 768, height: 800 });
      expect(await overflow(other), "at 768 pixels").to.equal(0);
      await other.context().close();
    });
  }

  it("keeps the height of the table of best years when its rows scroll into view", async () => {
    const { page: other } = await openPage(browser, address, { viewport: { width: 800, height: 600 } });
    await reportShown(other);
    const height = () => other.evaluate<number>("document.querySelector('.best-years').offsetHeight");
    const unseen = await height();
    for (const row of await other.locator(".best-years tbody tr").all()) await row.scrollIntoViewIfNeeded();
    expect(await height()).to.equal(unseen);
    await other.context().close();
  });

  it("scrolls to the section that the address names", async () => {
    for (const view of ["best-years", "history"]) {
      const { page: other, complaints } = await openPage(browser, `${address}/#${view}`);
      await reportShown(other);
      expect(complaints, view).to.deep.equal([]);
      const top = () =>
        other.evaluate<number>(`document.getElementById("${view}").getBoundingClientRect().top`);
      expect(await top(), view).to.be.within(-1, 700);
      await other.context().close();
    }
  });

  it("copes with an address that names nothing", async () => {
    const { page: other, complaints } = await openPage(browser, `${address}/#%`);
    await reportShown(other);
    expect(complaints).to.deep.equal([]);
    await other.context().close();
  });

  it("prints charts and tables, without controls", async () => {
    const { page: other } = await openPage(browser, address);
    await reportShown(other);
    await other.emulateMedia({ media: "print" });
    expect(await other.locator("nav").isVisible()).to.equal(false);
    expect(await other.locator(".controls").isVisible()).to.equal(false);
    for (const view of VIEWS) expect(await other.locator(`#${view} h2`).isVisible(), view).to.equal(true);
    const unseen = "getComputedStyle(document.querySelector('#history')).contentVisibility";
    expect(await other.evaluate(unseen)).to.equal("visible");
    await other.pdf({ format: "A4" });
    expect(await other.locator(".best-years tbody tr[data-series]").count()).to.equal(282);
    expect(await other.locator(".more").isVisible()).to.equal(false);
    await other.context().close();
  });

  it("without JavaScript links every CSV and JSON, and all of them exist", async () => {
    const { page: other } = await openPage(browser, address, { javaScriptEnabled: false });
    const hrefs = await other
      .locator(".files a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    expect(hrefs).to.have.length(9);
    for (const href of hrefs) expect((await fetch(`${address}/${href}`)).status, href ?? "").to.equal(200);
    expect(await other.locator("noscript .notice").isVisible()).to.equal(true);
    expect(await overflow(other)).to.equal(0);
    await other.context().close();
  });

  it("has an error document that links back", async () => {
    const { page: other, complaints } = await openPage(browser, `${address}/raw/bls/nothing`);
    expect(complaints.filter((words) => !words.includes("403"))).to.deep.equal([]);
    expect(await findViolations(other)).to.deep.equal([]);
    await other.getByRole("link", { name: "Go to the report" }).click();
    await reportShown(other);
    await other.context().close();
  });
});
