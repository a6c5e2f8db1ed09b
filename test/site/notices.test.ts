import { expect } from "chai";
import type { Report } from "../../analytics/report";
import type { Status } from "../../functions/shared/status";
import { findNotices } from "../../site/notices";
import type { Published } from "../../site/publishedObjects";

const NOW = new Date("2026-03-10T12:00:00Z");
const daily = { schedule: "rate(1 day)", longestGapMinutes: 1440, surveys: ["pr"], pollSeconds: 0 };

describe("the page's notices", () => {
  const failed: Status = {
    part: "population",
    ok: false,
    lastCheck: "2026-03-01T12:00:00Z",
    lastChange: null,
    files: [],
    missing: [],
    error: "The upstream answered 500.",
    details: null,
  };
  const published = (settings: Published["settings"], status: Status): Published => ({
    settings,
    report: undefined,
    otherReport: undefined,
    sources: new Map([["population", status]]),
    analysis: undefined,
    history: undefined,
  });
  const titles = (of: Published) => findNotices(of, NOW).map(({ level, title }) => `${level}: ${title}`);

  it("say that the last check of a source failed, and that it was long ago", () => {
    expect(titles(published(daily, failed))).to.deep.equal([
      "info: There is no report yet",
      "error: The last check of Population (DataUSA) failed",
      "warning: Population (DataUSA) was last checked 9 days ago",
    ]);
  });

  it("say that the schedule is not known", () => {
    expect(titles(published(undefined, { ...failed, ok: true }))).to.deep.equal([
      "info: There is no report yet",
      "warning: The schedule of the checks is not known",
    ]);
  });

  /** A report on this version of the file; the source has had version `b` since `lastChange`. */
  const reportOf = (sha256: string, lastChange: string): Published => ({
    ...published(daily, {
      ...failed,
      ok: true,
      error: null,
      lastCheck: "2026-03-10T11:00:00Z",
      lastChange,
      files: [
        {
          key: "raw/population/nation.json",
          bytes: 1,
          sha256: "b",
          version: null,
          upstreamDate: null,
          fetchedAt: "2026-03-01T00:00:00Z",
        },
      ],
    }),
    report: {
      inputs: [{ key: "raw/population/nation.json", sha256, fetchedAt: null as string | null }],
      quality: { rules: [] as unknown[] },
    } as Report,
    analysis: { ...failed, part: "analysis", ok: true, error: null },
  });

  it("say that a source changed an hour ago and no report followed", () => {
    expect(titles(reportOf("b", "2026-03-01T00:00:00Z"))).to.deep.equal([]);
    expect(titles(reportOf("a", "2026-03-10T11:30:00Z"))).to.deep.equal([]);
    const late = reportOf("a", "2026-03-10T10:30:00Z");
    expect(titles(late)).to.deep.equal(["error: The report is older than its sources"]);
    expect(findNotices(late, NOW)[0]?.text).to.include("raw/population/nation.json");
  });

  it("say that the population data was replaced, not that the report is out of date", () => {
    const rule = { rule: "populationReplaced", severity: "warning", count: 1 };
    const examples = [
      { file: "nation.json", line: null, reason: "comes from the dataset 'B' instead of 'A'" },
    ];
    const replaced = reportOf("a", "2026-03-10T11:00:00Z");
    const report = { ...replaced.report, quality: { rules: [{ ...rule, examples }] } } as Report;
    expect(findNotices({ ...replaced, report }, NOW)[0]).to.deep.equal({
      level: "warning",
      title: "The population data is not the same as in the previous report",
      text: "nation.json comes from the dataset 'B' instead of 'A'.",
      badge: "different population data",
    });
  });

  it("do not call a report outdated if it used a later version of a file than the source's status lists", () => {
    const ahead = reportOf("a", "2026-03-01T00:00:00Z");
    const input = { key: "raw/population/nation.json", sha256: "a", fetchedAt: "2026-03-10T11:59:00Z" };
    const withReport = (fetchedAt: string): Published => ({
      ...ahead,
      report: { ...ahead.report, inputs: [{ ...input, fetchedAt }] } as Report,
    });
    expect(titles(withReport("2026-03-10T11:59:00Z"))).to.deep.equal([]);
    expect(titles(withReport("2026-02-01T00:00:00Z"))).to.deep.equal([
      "error: The report is older than its sources",
    ]);
  });

  it("distinguish an older format from a newer one", () => {
    const of = (schemaVersion: number): Published => ({
      ...published(daily, { ...failed, ok: true, lastCheck: "2026-03-10T11:00:00Z" }),
      otherReport: { schemaVersion, generatedAt: "2026-03-01T12:00:00Z" },
      analysis: { ...failed, part: "analysis", ok: true, error: null },
    });
    expect(findNotices(of(1), NOW)[0]?.text).to.include("The next analysis replaces the report");
    expect(findNotices(of(99), NOW)[0]?.text).to.include("Reload the page to update it");
  });
});
