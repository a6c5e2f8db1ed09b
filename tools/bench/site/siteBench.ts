import { startBrowser } from "../../site/chromium";
import { publishSite } from "../../site/publishedSite";
import { latestRelease } from "../../site/releases";
import { describeMachine } from "../shared/machine";
import { type FilterResult, measureFiltering } from "./filtering";
import { measureFirstView } from "./firstView";
import { type FileWeight, weighPage } from "./weight";

interface SiteBenchOptions {
  /** How often each measurement is repeated. */
  runs: number;
  /** Called with the name of each step as it starts. */
  progress: (step: string) => void;
}

/** All samples. */
export interface SiteBenchResult {
  machine: string;
  /** e.g. `Chromium 156.0.8078.79`. */
  browser: string;
  files: FileWeight[];
  firstViewMs: number[];
  filtering: FilterResult[];
}

/** The number of series in this survey, and in a large one. */
const SERIES = [282, 10_000];

/**
 * Measures the page's size, and its speed in a browser on the local website. The report is on BLS's real files if they exist,
 * otherwise on the sample.
 *
 * @throws Error if Chromium is not found.
 */
export async function benchSite({ runs, progress }: SiteBenchOptions): Promise<SiteBenchResult> {
  const files = weighPage();
  const browser = await startBrowser();
  try {
    progress("publishing a report");
    const site = await publishSite(latestRelease());
    try {
      const address = site.output("websiteUrl");
      progress("first view");
      const firstViewMs = await measureFirstView(browser, address, runs);
      const filtering: FilterResult[] = [];
      for (const count of SERIES) {
        progress(`filtering ${count} series`);
        filtering.push(await measureFiltering(browser, address, count, runs));
      }
      const name = `Chromium ${browser.version()}`;
      return { machine: describeMachine(), browser: name, files, firstViewMs, filtering };
    } finally {
      await site.close();
    }
  } finally {
    await browser.close();
  }
}
