import type { Browser } from "playwright-core";

/** Runs before the page's own script and reports when the overview and the first chart have been painted. */
const WATCH = `
  new MutationObserver((_, observer) => {
    if (!document.querySelector("#population .plot path")) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => globalThis.firstViewDone(performance.now());
      channel.port2.postMessage(null);
    });
  }).observe(document, { childList: true, subtree: true });
`;

/**
 * Milliseconds from the navigation to the frame with the report's numbers and its first chart, with an empty cache; one
 * sample per run.
 */
export async function measureFirstView(browser: Browser, address: string, runs: number): Promise<number[]> {
  const samples: number[] = [];
  // The first run starts parts of the browser and does not count.
  for (let run = 0; run <= runs; run++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    const done = Promise.withResolvers<number>();
    await page.exposeFunction("firstViewDone", done.resolve);
    await page.goto(address);
    const milliseconds = await done.promise;
    if (run > 0) samples.push(milliseconds);
    await context.close();
  }
  return samples;
}
