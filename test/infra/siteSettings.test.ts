import { expect } from "chai";
import { siteSettings } from "../../infra/siteSettings";

describe("site.json", () => {
  it("says how often checks run, so that the page can recognize an overdue one", () => {
    const settings = { schedule: "cron(0 8 ? * MON-FRI *)", surveys: ["pr", "la"], pagePollSeconds: 60 };
    expect(siteSettings(settings)).to.deep.equal({
      schedule: "cron(0 8 ? * MON-FRI *)",
      longestGapMinutes: 3 * 24 * 60,
      surveys: ["pr", "la"],
      pollSeconds: 60,
    });
  });

  it("leaves out the longest gap for a schedule that runs at most once a year", () => {
    const settings = { schedule: "cron(0 8 1 1 ? 2030)", surveys: ["pr"], pagePollSeconds: 0 };
    expect(siteSettings(settings).longestGapMinutes).to.equal(null);
  });
});
