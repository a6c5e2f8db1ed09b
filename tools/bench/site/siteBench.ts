import { startBrowser } from "../../site/chromium";
import { publishSite } from "../../site/publishedSite";
import { realUpstream } from "../../site/vintages";
import { describeMachine } from "../shared/machine";
import { type FilterResult, measureFiltering } from "./filtering";
import { measureFirstView } from "./firstView";
import { type FileWeight, weighPage } from "./weight";

export interface SiteBenchOptions {
  /** Of each measurement. */
  runs: number;
  /** Told what is being done, for the impatient. */
  progress: (step: string) => void;
}

/** Every sample that was taken. */
export interface SiteBenchResult {
  machine: string;
  /** e.g. `Chromium 156.0.8078.79`. */
  browser: string;
  files: FileWeight[];
  firstViewMs: number[];
  filtering: FilterResult[];
}

/** How many series a survey may have: this one's, and a large one's. */
const SERIES = [282, 10_000];

/**
 * Weighs the page, and measures it in a browser on the local website: the report of BLS's real files where they are, of
 * the sample elsewhere.
 *
 * @throws Error where there is no Chromium.
 */
export async function benchSite({ runs, progress }: SiteBenchOptions): Promise<SiteBenchResult> {
  const files = weighPage();
  const browser = await startBrowser();
  try {
    progress("publishing a report");
    const site = await publishSite(realUpstream());
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
