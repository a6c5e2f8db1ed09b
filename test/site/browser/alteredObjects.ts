import type { Page, Route } from "playwright-core";
import type { Report } from "../../../analytics/report";
import type { ReportHistory } from "../../../functions/analysis/publish";
import type { Status } from "../../../functions/shared/status";
import type { SiteSettings } from "../../../infra/siteSettings";

/** The objects that the page reads, by key. */
export interface PublishedObjects {
  "site.json": SiteSettings;
  "reports/latest.json": Report;
  "reports/status/analysis.json": Status;
  "reports/status/population.json": Status;
  "reports/history/index.json": ReportHistory;
}

type Awaitable<T> = T | Promise<T>;

/** What one page reads instead of what is published; other readers are not affected. */
export class AlteredObjects {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /**
   * From now on the page reads this object as `alter` makes it of the published one.
   *
   * @param alter returns undefined if the object is not there for this page, as S3 answers it; the page waits for it.
   * @param times how often; always if it is not given.
   */
  async alter<Key extends keyof PublishedObjects>(
    key: Key,
    alter: (object: PublishedObjects[Key]) => Awaitable<PublishedObjects[Key] | undefined>,
    times?: number,
  ): Promise<void> {
    const handler = async (route: Route) => {
      const response = await route.fetch();
      const altered = await alter(await response.json());
      // Without the ETag of the published object.
      if (altered === undefined) await route.fulfill({ status: 403, body: "" });
      else await route.fulfill({ status: 200, json: altered });
    };
    await this.#page.route(`**/${key}`, handler, times === undefined ? {} : { times });
  }

  /** From now on the page reads the object as it is published. */
  async restore(key: keyof PublishedObjects): Promise<void> {
    await this.#page.unroute(`**/${key}`);
  }

  /** From now on the page asks for what is new this often. */
  pollEvery(seconds: number): Promise<void> {
    return this.alter("site.json", (settings) => ({ ...settings, pollSeconds: seconds }));
  }
}
