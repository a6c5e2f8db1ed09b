import type { Page, Route } from "playwright-core";
import type { Report } from "../../../analytics/report";
import type { ReportHistory } from "../../../functions/analysis/publish";
import type { Status } from "../../../functions/shared/status";
import type { SiteSettings } from "../../../infra/siteSettings";

/** The objects that the page reads, by key. */
interface PublishedObjects {
  "site.json": SiteSettings;
  "reports/latest.json": Report;
  "reports/status/analysis.json": Status;
  "reports/status/population.json": Status;
  "reports/history/index.json": ReportHistory;
}

type Awaitable<T> = T | Promise<T>;

/** Changes objects for one page; other readers get them as published. */
export class AlteredObjects {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /**
   * Makes the page read the result of `alter` instead of the published object.
   *
   * @param alter gets the published object; returning undefined makes it missing, as in S3. The page waits for it.
   * @param times number of requests that this affects; by default all.
   */
  async alter<Key extends keyof PublishedObjects>(
    key: Key,
    alter: (object: PublishedObjects[Key]) => Awaitable<PublishedObjects[Key] | undefined>,
    times?: number,
  ): Promise<void> {
    const handler = async (route: Route) => {
      const response = await route.fetch();
      const altered = await alter(await response.json());
      // Without the ETag of the published object, so that the page sees a change.
      if (altered === undefined) await route.fulfill({ status: 403, body: "" });
      else await route.fulfill({ status: 200, json: altered });
    };
    await this.#page.route(`**/${key}`, handler, times === undefined ? {} : { times });
  }

  /** Makes the page read the published object again. */
  async restore(key: keyof PublishedObjects): Promise<void> {
    await this.#page.unroute(`**/${key}`);
  }

  /** Makes the page read everything again at this interval; 0 for never. */
  pollEvery(seconds: number): Promise<void> {
    return this.alter("site.json", (settings) => ({ ...settings, pollSeconds: seconds }));
  }
}
