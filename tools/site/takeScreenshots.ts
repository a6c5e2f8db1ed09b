import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import type { Browser, Page } from "playwright-core";
import { runCommand } from "../../commands/shared/runCommand";
import { startBrowser } from "./chromium";
import { publishSite } from "./publishedSite";
import { latestRelease } from "./releases";

const FOLDER = path.join(__dirname, "..", "..", "docs", "screenshots");

/** A screenshot: its file name, the window, and the part of the page. */
interface Screenshot {
  name: string;
  width: number;
  height: number;
  colorScheme: "light" | "dark";
  /** The id of the section or the series to show; by default the top of the page. */
  view?: string;
}

const WIDE = { width: 1120, height: 720 };
const SCREENSHOTS: readonly Screenshot[] = [
  { name: "overview", ...WIDE, colorScheme: "light" },
  { name: "overview-dark", ...WIDE, colorScheme: "dark" },
  { name: "population", ...WIDE, colorScheme: "light", view: "population" },
  { name: "best-years", ...WIDE, colorScheme: "light", view: "best-years" },
  { name: "series", ...WIDE, colorScheme: "light", view: "PRS30006032" },
  { name: "series-population", ...WIDE, colorScheme: "dark", view: "series-population" },
  { name: "changes", ...WIDE, colorScheme: "light", view: "changes" },
  { name: "freshness", ...WIDE, colorScheme: "light", view: "freshness" },
  { name: "history", ...WIDE, colorScheme: "light", view: "history" },
  { name: "phone", width: 360, height: 720, colorScheme: "dark", view: "population" },
];

/** `npm run screenshots`: screenshots of every view of the page for the README and docs/, from a run on this machine. */
const command = new Command("npm run screenshots")
  .description("Takes the screenshots of the page in docs/screenshots.")
  .action(takeScreenshots);

async function takeScreenshots(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const browser = await startBrowser();
  try {
    const site = await publishSite(latestRelease());
    try {
      for (const screenshot of SCREENSHOTS)
        await takeScreenshot(browser, site.output("websiteUrl"), screenshot);
    } finally {
      await site.close();
    }
  } finally {
    await browser.close();
  }
}

async function takeScreenshot(
  browser: Browser,
  address: string,
  { name, width, height, colorScheme, view }: Screenshot,
): Promise<void> {
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(view === undefined ? address : `${address}/#${view}`);
  await settled(page, view);
  const file = path.join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  process.stderr.write(`${path.relative(process.cwd(), file)}\n`);
  await context.close();
}

/** Waits until the part to show is drawn and scrolled into view. */
async function settled(page: Page, view: string | undefined): Promise<void> {
  await page.locator("#population .plot path").waitFor();
  if (view?.startsWith("PRS")) await page.locator(".detail .bars").waitFor();
  // Sections are laid out only when they come into view, which may shift everything below them once.
  await page.evaluate(
    "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))",
  );
  if (view !== undefined) {
    await page.evaluate(`document.querySelector('#${view}, [data-series="${view}"]').scrollIntoView()`);
  }
  await page.evaluate(
    "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))",
  );
}

void runCommand(command);
