import { source as axeSource } from "axe-core";
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

/** An open page, with its logged errors and its requests. */
export interface OpenPage {
  page: Page;
  /** Errors, Content-Security-Policy violations and other warnings that the browser logged. */
  complaints: string[];
  /** Requested URLs. */
  requests: string[];
}

/** Opens an address in its own browser context. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const opened: OpenPage = { page, complaints: [], requests: [] };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) opened.complaints.push(message.text());
  });
  page.on("pageerror", (error) => opened.complaints.push(error.message));
  page.on("request", (request) => opened.requests.push(request.url()));
  await page.goto(address);
  return opened;
}

/** Waits until the report is shown. */
export async function reportShown(page: Page): Promise<void> {
  await page.locator("#population .plot path").waitFor();
}

/**
 * The accessibility violations that axe finds, each with its elements.
 *
 * @param parts selectors of the parts to check; by default the whole page.
 */
export async function findViolations(page: Page, ...parts: string[]): Promise<string[]> {
  // Not as a script element, which the page's policy would block.
  if (await page.evaluate<boolean>("typeof axe === 'undefined'")) await page.evaluate(axeSource);
  // Only violations: axe would describe thousands of elements that pass.
  const violations = await page.evaluate<{ id: string; help: string; nodes: { html: string }[] }[]>(
    `axe.run(${parts.length === 0 ? "document" : JSON.stringify(parts)}, { resultTypes: ["violations"] })
      .then(({ violations }) => violations)`,
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`,
  );
}

/** Opens every `details`, and waits for the content that is read only then. */
export async function openEverything(page: Page): Promise<void> {
  await page.evaluate("for (const found of document.querySelectorAll('section details')) found.open = true");
  const unread = page.locator("#history details p").filter({ hasText: /^(Loading …)?$/ });
  await expectCount(unread, 0);
}

/** Waits until exactly this many elements match. */
async function expectCount(found: Locator, count: number): Promise<void> {
  if (count > 0) await found.nth(count - 1).waitFor({ state: "attached" });
  await found.nth(count).waitFor({ state: "detached" });
}

/** How far the page can be scrolled horizontally, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** The text of the file that a click downloads. */
export async function download(page: Page, click: () => Promise<void>): Promise<string> {
  const [saved] = await Promise.all([page.waitForEvent("download"), click()]);
  const stream = await saved.createReadStream();
  return Buffer.concat(await Array.fromAsync(stream)).toString();
}

/** The text of the cells in a table's body, row by row. */
export function cellsOf(page: Page, table: string): Promise<string[][]> {
  const rows = page.locator(`${table} tbody tr`);
  return rows.evaluateAll((found: { children: Iterable<{ textContent: string | null }> }[]) =>
    found.map((row) => Array.from(row.children, ({ textContent }) => textContent ?? "")),
  );
}

/** Parses a number as the page shows it. */
export function numberOf(text: string): number {
  expect(text).to.match(/^-?[\d,]+(\.\d+)?$/);
  return Number(text.replaceAll(",", ""));
}
