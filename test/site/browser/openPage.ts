import { source as axeSource } from "axe-core";
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

/** A page that is looked at, and what it did that it should not. */
export interface Looked {
  page: Page;
  /** Errors, refusals of the Content-Security-Policy and other complaints, as the browser tells them. */
  complaints: string[];
  /** Addresses asked for. */
  requests: string[];
}

/** Opens an address in a window of its own. */
export async function lookAt(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Looked> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const looked: Looked = { page, complaints: [], requests: [] };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) looked.complaints.push(message.text());
  });
  page.on("pageerror", (error) => looked.complaints.push(error.message));
  page.on("request", (request) => looked.requests.push(request.url()));
  await page.goto(address);
  return looked;
}

/** Waits until the report is shown. */
export async function shown(page: Page): Promise<void> {
  await page.locator("#population .plot path").waitFor();
}

/**
 * What axe finds wrong, rule by rule, with the elements.
 *
 * @param parts selectors of what is looked at; the whole page if none is given.
 */
export async function findBarriers(page: Page, ...parts: string[]): Promise<string[]> {
  // Not as a script of the page, which its policy would refuse.
  if (await page.evaluate<boolean>("typeof axe === 'undefined'")) await page.evaluate(axeSource);
  // Only what is wrong: what is right are some thousand elements, each described.
  const violations = await page.evaluate<{ id: string; help: string; nodes: { html: string }[] }[]>(
    `axe.run(${parts.length === 0 ? "document" : JSON.stringify(parts)}, { resultTypes: ["violations"] })
      .then(({ violations }) => violations)`,
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`,
  );
}

/** Opens everything that can be opened, and waits for what is read only then. */
export async function openEverything(page: Page): Promise<void> {
  await page.evaluate("for (const found of document.querySelectorAll('section details')) found.open = true");
  const unread = page.locator("#history details p").filter({ hasText: /^(Reading …)?$/ });
  await expectCount(unread, 0);
}

/** Waits until so many elements match. */
export async function expectCount(found: Locator, count: number): Promise<void> {
  if (count > 0) await found.nth(count - 1).waitFor({ state: "attached" });
  await found.nth(count).waitFor({ state: "detached" });
}

/** How far the page can be scrolled sideways, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** Saves what clicking gives, and returns its text. */
export async function download(page: Page, click: () => Promise<void>): Promise<string> {
  const [saved] = await Promise.all([page.waitForEvent("download"), click()]);
  const stream = await saved.createReadStream();
  return Buffer.concat(await Array.fromAsync(stream)).toString();
}

/** The cells of a table's body, row by row, as they are read. */
export function cellsOf(page: Page, table: string): Promise<string[][]> {
  const rows = page.locator(`${table} tbody tr`);
  return rows.evaluateAll((found: { children: Iterable<{ textContent: string | null }> }[]) =>
    found.map((row) => Array.from(row.children, ({ textContent }) => textContent ?? "")),
  );
}

/** A shown number as the number that it is. */
export function numberOf(text: string): number {
  expect(text).to.match(/^-?[\d,]+(\.\d+)?$/);
  return Number(text.replaceAll(",", ""));
}
