import type { Browser, Page } from "playwright-core";
import type { Report } from "../../../analytics/report";

/** How long filtering takes in a table with this many series. */
export interface FilterResult {
  series: number;
  /** Rows on the page before the first key press. */
  rowsShown: number;
  /**
   * Milliseconds of the frame that reacts to a key press, one sample per search text: from the event, at the start of the
   * frame, until its style, layout and paint are done. Rows out of sight follow in later frames.
   */
  frameMs: number[];
}

/** Typed one after the other like a real search: few rows disappear, most disappear, all come back. */
const TEXTS = ["m", "ma", "manu", "manufacturing", "manufacturing hours", "hours", "zzz", ""];

/** Runs in the page: sets each text at the start of a frame and measures the time until that frame is painted. */
const MEASURE = `async (texts) => {
  const input = document.getElementById("search");
  const samples = [];
  for (const text of texts) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await new Promise(requestAnimationFrame);
    // This is before the frame's style, layout and paint; the message below arrives after them.
    const start = performance.now();
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(null);
    });
    samples.push(performance.now() - start);
  }
  return samples;
}`;

/**
 * Measures filtering.
 *
 * @param count number of series: those of the report, then copies of them with other ids.
 */
export async function measureFiltering(
  browser: Browser,
  address: string,
  count: number,
  runs: number,
): Promise<FilterResult> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.route("**/reports/latest.json", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: withSeries((await response.json()) as Report, count) });
  });
  // The table must be in sight to be painted.
  await page.goto(`${address}/#best-years`);
  await page.locator(".best-years tbody tr").first().waitFor();
  await showMore(page);
  await page.locator('.best-years tbody[aria-busy="false"]').waitFor();
  const rowsShown = await page.locator(".best-years tbody tr").count();
  const measure = () => page.evaluate<number[]>(`(${MEASURE})(${JSON.stringify(TEXTS)})`);
  // The first round builds the rows that later rounds reuse.
  await measure();
  const frameMs: number[] = [];
  for (let run = 0; run < runs; run++) frameMs.push(...(await measure()));
  await context.close();
  return { series: count, rowsShown, frameMs };
}

/** Clicks once on the button for more rows. */
async function showMore(page: Page): Promise<void> {
  await page
    .locator("#best-years")
    .getByRole("button", { name: /^Show (the remaining|\d+ more)/ })
    .click();
}

function withSeries(report: Report, count: number): Report {
  const { bestYears } = report;
  const rows = Array.from({ length: count }, (_, index) => {
    const best = bestYears[index % bestYears.length] as Report["bestYears"][number];
    const copy = Math.floor(index / bestYears.length);
    return copy === 0 ? best : { ...best, seriesId: `${best.seriesId}-${copy}` };
  });
  return { ...report, bestYears: rows };
}
