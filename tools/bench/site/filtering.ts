import type { Browser, Page } from "playwright-core";
import type { Report } from "../../../analytics/report";

/** What filtering a table of so many series takes. */
export interface FilterResult {
  series: number;
  /** Rows on the page before the first key is pressed. */
  rowsShown: number;
  /**
   * Milliseconds of the frame in which a key press is answered: from the event, which comes as the frame begins, until
   * its style, layout and paint are done; a search text each. Rows out of sight come in the frames after it.
   */
  frameMs: number[];
}

/** Typed one after the other, as somebody who searches types: few rows go, most go, all come back. */
const TEXTS = ["m", "ma", "manu", "manufacturing", "manufacturing hours", "hours", "zzz", ""];

/** In the page: sets each text at the beginning of a frame, and takes the time until that frame is painted. */
const MEASURE = `async (texts) => {
  const input = document.getElementById("search");
  const samples = [];
  for (const text of texts) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await new Promise(requestAnimationFrame);
    // Still before this frame's style, layout and paint; the message comes after them.
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

/** @param count how many series: those of the report, or copies of them under other ids. */
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
  // With the table in sight: what is painted has to be seen.
  await page.goto(`${address}/#best-years`);
  await page.locator(".best-years tbody tr").first().waitFor();
  await showMore(page);
  await page.locator('.best-years tbody[aria-busy="false"]').waitFor();
  const rowsShown = await page.locator(".best-years tbody tr").count();
  const measure = () => page.evaluate<number[]>(`(${MEASURE})(${JSON.stringify(TEXTS)})`);
  // The first round makes the rows that later rounds find made.
  await measure();
  const frameMs: number[] = [];
  for (let run = 0; run < runs; run++) frameMs.push(...(await measure()));
  await context.close();
  return { series: count, rowsShown, frameMs };
}

/** As many rows as one press of the button gives. */
async function showMore(page: Page): Promise<void> {
  await page
    .locator("#best-years")
    .getByRole("button", { name: /^Show (the other|\d+ of)/ })
    .click();
}

function withSeries(report: Report, count: number): Report {
  const { bestYears } = report;
  const rows = Array.from({ length: count }, (_, at) => {
    const best = bestYears[at % bestYears.length] as Report["bestYears"][number];
    const copy = Math.floor(at / bestYears.length);
    return copy === 0 ? best : { ...best, seriesId: `${best.seriesId}-${copy}` };
  });
  return { ...report, bestYears: rows };
}
