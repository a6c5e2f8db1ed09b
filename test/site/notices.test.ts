import { expect } from "chai";
import type { Report } from "../../analytics/report";
import type { Status } from "../../functions/shared/status";
import { findNotices, isOverdue } from "../../site/health";
import type { Published } from "../../site/objects";

const NOW = new Date("2026-03-10T12:00:00Z");
const daily = { schedule: "rate(1 day)", longestGapMinutes: 1440, surveys: ["pr"], pollSeconds: 0 };

describe("a check that is overdue", () => {
  const status = (lastCheck: string): Pick<Status, "lastCheck"> => ({ lastCheck });

  it("is one later than the schedule's longest gap and an hour", () => {
    expect(isOverdue(status("2026-03-09T11:00:01Z"), daily, NOW)).to.equal(false);
    expect(isOverdue(status("2026-03-09T10:59:59Z"), daily, NOW)).to.equal(true);
  });

  it("cannot be told if the schedule is not known, or has no next run", () => {
    expect(isOverdue(status("2020-01-01T00:00:00Z"), undefined, NOW)).to.equal(false);
    expect(isOverdue(status("2020-01-01T00:00:00Z"), { ...daily, longestGapMinutes: null }, NOW)).to.equal(
      false,
    );
  });
});

describe("the notices about a source", () => {
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

  it("say that its last check failed, and that it was long ago", () => {
    expect(titles(published(daily, failed))).to.deep.equal([
      "info: There is no report yet",
      "error: The last check of Population (DataUSA) failed",
      "warning: Population (DataUSA) was last checked 9 days ago",
    ]);
  });

  it("say when nobody knows how often it should be checked", () => {
    expect(titles(published(undefined, { ...failed, ok: true }))).to.deep.equal([
      "info: There is no report yet",
      "warning: How often the sources are checked is not known",
    ]);
  });

  /** A report that read this file, which its source has had since then. */
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

  it("say that it changed and no report followed, after an hour", () => {
    expect(titles(reportOf("b", "2026-03-01T00:00:00Z"))).to.deep.equal([]);
    expect(titles(reportOf("a", "2026-03-10T11:30:00Z"))).to.deep.equal([]);
    const late = reportOf("a", "2026-03-10T10:30:00Z");
    expect(titles(late)).to.deep.equal(["error: The report is older than what it was made of"]);
    expect(findNotices(late, NOW)[0]?.text).to.include("raw/population/nation.json");
  });

  it("say that the population was replaced, not that the report is out of date", () => {
    const rule = { rule: "populationReplaced", severity: "warning", count: 1 };
    const examples = [
      { file: "nation.json", line: null, reason: "comes from the dataset 'B' instead of 'A'" },
    ];
    const replaced = reportOf("a", "2026-03-10T11:00:00Z");
    const report = { ...replaced.report, quality: { rules: [{ ...rule, examples }] } } as Report;
    expect(findNotices({ ...replaced, report }, NOW)[0]).to.deep.equal({
      level: "warning",
      title: "The population is not the same as in the previous report",
      text: "nation.json comes from the dataset 'B' instead of 'A'.",
      badge: "different population",
    });
  });

  it("do not take a report for outdated that read a later version of a file than the source's status lists", () => {
    const ahead = reportOf("a", "2026-03-01T00:00:00Z");
    const input = { key: "raw/population/nation.json", sha256: "a", fetchedAt: "2026-03-10T11:59:00Z" };
    const withReport = (fetchedAt: string): Published => ({
      ...ahead,
      report: { ...ahead.report, inputs: [{ ...input, fetchedAt }] } as Report,
    });
    expect(titles(withReport("2026-03-10T11:59:00Z"))).to.deep.equal([]);
    expect(titles(withReport("2026-02-01T00:00:00Z"))).to.deep.equal([
      "error: The report is older than what it was made of",
    ]);
  });

  it("tell an earlier format from a newer one", () => {
    const of = (schemaVersion: number): Published => ({
      ...published(daily, { ...failed, ok: true, lastCheck: "2026-03-10T11:00:00Z" }),
      otherReport: { schemaVersion, generatedAt: "2026-03-01T12:00:00Z" },
      analysis: { ...failed, part: "analysis", ok: true, error: null },
    });
    expect(findNotices(of(1), NOW)[0]?.text).to.include("The next analysis replaces it");
    expect(findNotices(of(99), NOW)[0]?.text).to.include("Reload the page");
  });
});
