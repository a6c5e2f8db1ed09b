import { expect } from "chai";
import type { Browser, Page, Request } from "playwright-core";
import type { Report } from "../../../analytics/report";
import type { SiteSettings } from "../../../infra/siteSettings";
import { skipWithoutChromium } from "../../support/chromium";
import { startTestSession, type TestSession } from "../../support/session";
import { findViolations, openPage, reportShown } from "./openPage";
import { sharedBrowser } from "./sharedSite";

const DAY_MS = 24 * 3_600_000;
/** A series id may equal the id of a section of the page. */
const RENAMED = { from: "PRS31006011", to: "history" };
const HOSTILE = '<script>document.title="hacked"</script><img src="x" onerror="document.title=1">';

/** The parts that show the page's state; display.test.ts checks the others. */
const STATE_PARTS = ["header", "#freshness"];

/** The tests run in order: each state follows from what happened to the pipeline before. */
describe("the page's states", function () {
  this.timeout(120_000);
  let session: TestSession;
  let browser: Browser;
  let address: string;
  let page: Page;
  let complaints: string[];
  let requests: Request[];

  before(async function () {
    skipWithoutChromium(this);
    browser = await sharedBrowser();
    session = await startTestSession({ pagePollSeconds: "1" });
    // The setting takes whole seconds; the page accepts any number.
    const settings = await session.buckets.readJson<SiteSettings>("site.json");
    await session.buckets.put("site.json", JSON.stringify({ ...settings, pollSeconds: 0.5 }));
    const sectors = await upstreamText("pr.sector");
    session.setFile("pr.sector", sectors.replace("Nonfinancial Corporations", HOSTILE), 1);
    for (const name of ["pr.series", "pr.data.0.Current"]) {
      session.setFile(name, (await upstreamText(name)).replaceAll(RENAMED.from, RENAMED.to), 1);
    }
    address = session.output("websiteUrl");
    const opened = await openPage(browser, address);
    ({ page, complaints } = opened);
    requests = [];
    page.on("request", (request) => requests.push(request));
  });
  after(async () => {
    await page?.context().close();
    await session?.close();
  });

  async function upstreamText(name: string): Promise<string> {
    return String(session.files.get(`pub/time.series/pr/${name}`)?.content);
  }

  const notices = () => page.locator("#notices").innerText();
  /** Waits until the open page, which polls twice a second, shows a notice with these words. */
  const says = (words: string | RegExp) => page.locator("#notices").getByText(words).first().waitFor();
  const meanShown = () => page.locator("#population .figures strong").first().innerText();

  it("before the first report: says that the first one is still to come, and is accessible", async () => {
    await says("There is no report yet");
    expect(await page.locator("#state").innerText()).to.equal("");
    expect(await findViolations(page)).to.deep.equal([]);
  });

  it("with the first report: shows it without a reload, and requests only changes from then on", async () => {
    await session.runDay();
    await reportShown(page);
    expect(await meanShown()).to.equal("322,069,808.0");
    expect(await notices()).to.equal("");
    expect(await page.locator("#announcement").innerText()).to.match(
      /^The page now shows the new report from .*\.$/,
    );
    const before = requests.length;
    await page.waitForRequest((request) => request.url().endsWith("reports/status/analysis.json"));
    const again = await page.waitForResponse((response) => response.url().endsWith("reports/latest.json"));
    expect(requests.length).to.be.greaterThan(before);
    expect(await again.request().allHeaders()).to.have.property("if-none-match");
  });

  it("with a series named like a section of the page: links to the section", async () => {
    const { page: other } = await openPage(browser, `${address}/#${RENAMED.to}`);
    await reportShown(other);
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

  it("when the first read fails: says so, and tries again", async () => {
    const { page: other } = await openPage(browser, "about:blank");
    await other.clock.install();
    await other.route("**/reports/latest.json", (route) => route.abort());
    await other.goto(`${address}/#PRS30006032`);
    await other.locator("#state").getByText("The published data cannot be read.").waitFor();
    await other.unroute("**/reports/latest.json");
    await other.clock.fastForward("00:31");
    await reportShown(other);
    await other.locator(".detail .bars").waitFor();
    expect(await other.locator("#state").innerText()).to.match(/^up to date/);
    await other.context().close();
  });

  it("with markup in upstream's texts: shows it as text", async () => {
    await page.getByLabel("Search").fill("<script>");
    const row = page.locator(".best-years tbody tr[data-series]").first();
    expect(await row.innerText()).to.include(HOSTILE);
    await row.getByRole("button").click();
    await page.locator(".detail .bars").waitFor();
    expect(await page.locator("main script, main img").count()).to.equal(0);
    expect(await page.title()).to.equal("data-quest");
    // The browser logs the 403 for an object that did not exist yet.
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
    await page.locator("#history tbody tr").nth(1).waitFor(); // The history is read after the report.
    expect(await page.locator("#history tbody tr").count()).to.equal(2);
  });

  it("with an earlier report that cannot be fetched: says so, and tries again on request", async () => {
    const changes = page.locator("#history tbody tr").first().locator("details");
    await page.route("**/reports/history/*/**", (route) => route.abort());
    await changes.locator("summary").click();
    await changes.getByText("the connection failed").waitFor();
    await page.unroute("**/reports/history/*/**");
    await changes.locator("summary").click();
    await changes.locator("summary").click();
    await changes.getByText("BLS revised 1 value in 1 series").waitFor();
  });

  it("left open for three days: says that a check is overdue, and keeps everything open", async () => {
    const { page: later } = await openPage(browser, "about:blank");
    const now = Date.now();
    await later.clock.setFixedTime(now);
    await later.goto(address);
    await reportShown(later);
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
    expect(await later.locator("#state").innerText()).to.match(/^The published data cannot be read/);
    expect(await later.locator("#population .figures strong").first().innerText()).to.equal("322,069,808.0");
    await later.context().close();
  });

  it("opened three days later: says that the checks are overdue", async () => {
    const { page: later } = await openPage(browser, "about:blank");
    await later.clock.setFixedTime(Date.now() + 3 * DAY_MS);
    await later.goto(address);
    await reportShown(later);
    const words = await later.locator("#notices").innerText();
    expect(words)
      .to.match(/BLS survey pr was last checked 3 days ago/)
      .and.to.match(/at least every 24 hours/)
      .and.to.match(/Population \(DataUSA\) was last checked 3 days ago/);
    expect(await later.locator("#state").innerText()).to.match(/^may be out of date/);
    expect(await later.locator("#freshness .card").first().textContent()).to.match(/overdue/);
    expect(await findViolations(later, ...STATE_PARTS)).to.deep.equal([]);
    await later.context().close();
  });

  it("opened twenty-four hours later: does not say so", async () => {
    const { page: later } = await openPage(browser, "about:blank");
    await later.clock.setFixedTime(Date.now() + DAY_MS);
    await later.goto(address);
    await reportShown(later);
    expect(await later.locator("#notices").innerText()).to.equal("");
    await later.context().close();
  });

  it("with an input missing: names it, and keeps the last good report", async () => {
    await session.buckets.remove("raw/population/nation.json");
    await session.cloud.settled(60_000);
    await says("Missing input: nation.json");
    expect(await notices()).to.include("The page shows the last good report");
    expect(await page.locator("#state").innerText()).to.match(/^out of date/);
    expect(await meanShown()).to.equal("322,069,808.0");
    expect(await findViolations(page, ...STATE_PARTS)).to.deep.equal([]);
  });

  it("with the input back, and data that breaks a quality rule: names the rule", async () => {
    const data = await upstreamText("pr.data.0.Current");
    const half = data.split("\n").filter((_, at) => at === 0 || at % 2 === 1);
    session.setFile("pr.data.0.Current", `${half.join("\n")}\n`, 3);
    await session.runDay();
    await says("The data broke 1 quality rule: rowLoss");
    expect(await notices()).not.to.include("Missing input");
    expect(await notices()).to.include("The page shows the last good report");
    expect(await findViolations(page, ...STATE_PARTS)).to.deep.equal([]);
    session.setFile("pr.data.0.Current", data, 4);
  });

  it("with good data again, and an upstream that answers 404: says which check failed", async () => {
    session.files.delete("population.json");
    await session.runDay();
    await says("The last check of Population (DataUSA) failed");
    await page.locator("#notices").getByText("quality rule").waitFor({ state: "detached" });
    expect(await page.locator("#freshness .problem").first().textContent()).to.match(/404/);
    expect(await findViolations(page, ...STATE_PARTS)).to.deep.equal([]);
  });

  it("with a report of another format: says that it does not show it", async () => {
    const report = await session.buckets.readJson<Report>("reports/latest.json");
    await session.buckets.put("reports/latest.json", JSON.stringify({ ...report, schemaVersion: 1 }));
    await says("The report has an older format");
    expect(await findViolations(page, ...STATE_PARTS)).to.deep.equal([]);
  });
});
