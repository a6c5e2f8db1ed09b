import { expect } from "chai";
import type { Browser, Page, Request } from "playwright-core";
import type { Report } from "../../../analytics/report";
import type { SiteSettings } from "../../../infra/siteSettings";
import { skipWithoutChromium } from "../../support/chromium";
import { startTestSession, type TestSession } from "../../support/session";
import { findBarriers, lookAt, shown } from "./openPage";
import { sharedBrowser } from "./sharedSite";

const DAY_MS = 24 * 3_600_000;
/** A series may be called what a part of the page is. */
const RENAMED = { from: "PRS31006011", to: "history" };
const HOSTILE = '<script>document.title="hacked"</script><img src="x" onerror="document.title=1">';

/** Where the page tells of its state; what else it shows is looked at in display.test.ts. */
const TOLD_IN = ["header", "#freshness"];

/** One story, told in order: each state follows from what happened to the pipeline before. */
describe("the page's states", function () {
  this.timeout(120_000);
  let session: TestSession;
  let browser: Browser;
  let address: string;
  let page: Page;
  let complaints: string[];
  let asked: Request[];

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    session = await startTestSession({ pagePollSeconds: "1" });
    // The setting is in whole seconds; the page takes any number.
    const settings = await session.buckets.readJson<SiteSettings>("site.json");
    await session.buckets.put("site.json", JSON.stringify({ ...settings, pollSeconds: 0.5 }));
    const sectors = await upstreamText("pr.sector");
    session.setFile("pr.sector", sectors.replace("Nonfinancial Corporations", HOSTILE), 1);
    for (const name of ["pr.series", "pr.data.0.Current"]) {
      session.setFile(name, (await upstreamText(name)).replaceAll(RENAMED.from, RENAMED.to), 1);
    }
    address = session.output("websiteUrl");
    const looked = await lookAt(browser, address);
    ({ page, complaints } = looked);
    asked = [];
    page.on("request", (request) => asked.push(request));
  });
  after(async () => {
    await page?.context().close();
    await session?.close();
  });

  async function upstreamText(name: string): Promise<string> {
    return String(session.files.get(`pub/time.series/pr/${name}`)?.content);
  }

  const notices = () => page.locator("#notices").innerText();
  /** Waits until the open page, which asks twice a second, says so. */
  const says = (words: string | RegExp) => page.locator("#notices").getByText(words).first().waitFor();
  const meanShown = () => page.locator("#population .figures strong").first().innerText();

  it("before the first report: says that there is none, and has no barrier", async () => {
    await says("There is no report yet");
    expect(await page.locator("#state").innerText()).to.equal("");
    expect(await findBarriers(page)).to.deep.equal([]);
  });

  it("with the first report: shows it by itself, and asks on for what changed alone", async () => {
    await session.runDay();
    await shown(page);
    expect(await meanShown()).to.equal("322,069,808.0");
    expect(await notices()).to.equal("");
    expect(await page.locator("#announcement").innerText()).to.match(/^A new report of .* is shown\.$/);
    const before = asked.length;
    await page.waitForRequest((request) => request.url().endsWith("reports/status/analysis.json"));
    const again = await page.waitForResponse((response) => response.url().endsWith("reports/latest.json"));
    expect(asked.length).to.be.greaterThan(before);
    expect(await again.request().allHeaders()).to.have.property("if-none-match");
  });

  it("with a series that is called as a part of the page: leads to that part", async () => {
    const { page: other } = await lookAt(browser, `${address}/#${RENAMED.to}`);
    await shown(other);
    expect(await other.locator(`tr[data-series="${RENAMED.to}"] ~ .opened, tr.open`).count()).to.equal(0);
    const top = "document.querySelector('section#history').getBoundingClientRect().top";
    expect(await other.evaluate<number>(top)).to.be.within(-1, 700);
    await other
      .getByRole("button", { name: /^Show / })
      .first()
      .click();
    await other.locator('.best-years tbody[aria-busy="false"]').waitFor();
    expect(await other.locator(`[data-series="${RENAMED.to}"]`).count()).to.equal(1);
    const ids = await other.locator("[id]").evaluateAll((found) => found.map(({ id }) => id));
    expect(new Set(ids).size).to.equal(ids.length);
    await other.context().close();
  });

  it("when the first read fails: says so, and asks again", async () => {
    const { page: other } = await lookAt(browser, "about:blank");
    await other.clock.install();
    await other.route("**/reports/latest.json", (route) => route.abort());
    await other.goto(`${address}/#PRS30006032`);
    await other.locator("#state").getByText("What is published cannot be read.").waitFor();
    await other.unroute("**/reports/latest.json");
    await other.clock.fastForward("00:31");
    await shown(other);
    await other.locator(".detail .bars").waitFor();
    expect(await other.locator("#state").innerText()).to.match(/^up to date/);
    await other.context().close();
  });

  it("of words like markup: shows them as words", async () => {
    await page.getByLabel("Search").fill("<script>");
    const row = page.locator(".best-years tbody tr[data-series]").first();
    expect(await row.innerText()).to.include(HOSTILE);
    await row.getByRole("button").click();
    await page.locator(".detail .bars").waitFor();
    expect(await page.locator("main script, main img").count()).to.equal(0);
    expect(await page.title()).to.equal("data-quest");
    // A 403 for an object that was not there yet is the browser's to tell.
    expect(complaints.filter((words) => !/status of 403/.test(words))).to.deep.equal([]);
  });

  it("after a revision: shows the new report, and keeps what the reader looks at", async () => {
    const data = await upstreamText("pr.data.0.Current");
    session.setFile(
      "pr.data.0.Current",
      data.replace(/^(PRS30006032\s+\t2018\tQ01\t\s*)\S+/m, (_, start: string) => `${start}2.1`),
      2,
    );
    await page.getByLabel("Search").focus();
    await session.runDay();
    await page.locator("#changes").getByText("BLS revised 1 value in 1 series").first().waitFor();
    expect(await page.getByLabel("Search").inputValue()).to.equal("<script>");
    expect(await page.evaluate<string>("document.activeElement.id")).to.equal("search");
    expect(await page.locator(".detail").count()).to.equal(1);
    await page.locator("#history tbody tr").nth(1).waitFor(); // Read after the report.
    expect(await page.locator("#history tbody tr").count()).to.equal(2);
  });

  it("with an earlier report that cannot be had: says so, and reads it when asked once more", async () => {
    const changes = page.locator("#history tbody tr").first().locator("details");
    await page.route("**/reports/history/*/**", (route) => route.abort());
    await changes.locator("summary").click();
    await changes.getByText("the connection failed").waitFor();
    await page.unroute("**/reports/history/*/**");
    await changes.locator("summary").click();
    await changes.locator("summary").click();
    await changes.getByText("BLS revised 1 value in 1 series").waitFor();
  });

  it("three days later, left open: says so by itself, and what is open stays open", async () => {
    const { page: later } = await lookAt(browser, "about:blank");
    const now = Date.now();
    await later.clock.setFixedTime(now);
    await later.goto(address);
    await shown(later);
    expect(await later.locator("#notices").innerText()).to.equal("");
    const hash = later.locator("#freshness details.hash").first();
    await hash.locator("summary").click();
    await later.clock.setFixedTime(now + 3 * DAY_MS);
    await later.locator("#notices").getByText("BLS survey pr was last checked 3 days ago").waitFor();
    const card = later.locator("#freshness .card").first();
    expect(await card.textContent())
      .to.match(/overdue/)
      .and.to.match(/3 days ago/);
    expect(await hash.getAttribute("open")).to.equal("");

    await later.route("**/reports/**", (route) => route.abort());
    await later.clock.setFixedTime(now + 6 * DAY_MS);
    await later.locator("#notices").getByText("BLS survey pr was last checked 6 days ago").waitFor();
    expect(await later.locator("#state").innerText()).to.match(/^What is published cannot be read/);
    expect(await later.locator("#population .figures strong").first().innerText()).to.equal("322,069,808.0");
    await later.context().close();
  });

  it("three days later: says that the sources should have been checked", async () => {
    const { page: later } = await lookAt(browser, "about:blank");
    await later.clock.setFixedTime(Date.now() + 3 * DAY_MS);
    await later.goto(address);
    await shown(later);
    const words = await later.locator("#notices").innerText();
    expect(words)
      .to.match(/BLS survey pr was last checked 3 days ago/)
      .and.to.match(/at least every 24 hours/)
      .and.to.match(/Population \(DataUSA\) was last checked 3 days ago/);
    expect(await later.locator("#state").innerText()).to.match(/^perhaps not up to date/);
    expect(await later.locator("#freshness .card").first().textContent()).to.match(/overdue/);
    expect(await findBarriers(later, ...TOLD_IN)).to.deep.equal([]);
    await later.context().close();
  });

  it("twenty-four hours later: says nothing of that", async () => {
    const { page: later } = await lookAt(browser, "about:blank");
    await later.clock.setFixedTime(Date.now() + DAY_MS);
    await later.goto(address);
    await shown(later);
    expect(await later.locator("#notices").innerText()).to.equal("");
    await later.context().close();
  });

  it("with a source missing: names it, and keeps the last good report", async () => {
    await session.buckets.remove("raw/population/nation.json");
    await session.cloud.settled(60_000);
    await says("A source is missing: nation.json");
    expect(await notices()).to.include("What is shown is the last good report");
    expect(await page.locator("#state").innerText()).to.match(/^not up to date/);
    expect(await meanShown()).to.equal("322,069,808.0");
    expect(await findBarriers(page, ...TOLD_IN)).to.deep.equal([]);
  });

  it("with the source back, and data that breaks a rule of quality: names the rule", async () => {
    const data = await upstreamText("pr.data.0.Current");
    const half = data.split("\n").filter((_, at) => at === 0 || at % 2 === 1);
    session.setFile("pr.data.0.Current", `${half.join("\n")}\n`, 3);
    await session.runDay();
    await says("The data broke 1 rule of quality: rowLoss");
    expect(await notices()).not.to.include("A source is missing");
    expect(await notices()).to.include("What is shown is the last good report");
    expect(await findBarriers(page, ...TOLD_IN)).to.deep.equal([]);
    session.setFile("pr.data.0.Current", data, 4);
  });

  it("with that data back, and an upstream that cannot be had: says which check failed", async () => {
    session.files.delete("population.json");
    await session.runDay();
    await says("The last check of Population (DataUSA) failed");
    await page.locator("#notices").getByText("rule of quality").waitFor({ state: "detached" });
    expect(await page.locator("#freshness .problem").first().textContent()).to.match(/404/);
    expect(await findBarriers(page, ...TOLD_IN)).to.deep.equal([]);
  });

  it("with a report of another format: says that it does not show it", async () => {
    const report = await session.buckets.readJson<Report>("reports/latest.json");
    await session.buckets.put("reports/latest.json", JSON.stringify({ ...report, schemaVersion: 1 }));
    await says("The report is of an earlier format");
    expect(await findBarriers(page, ...TOLD_IN)).to.deep.equal([]);
  });
});
