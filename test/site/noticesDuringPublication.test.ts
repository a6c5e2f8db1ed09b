import { expect } from "chai";
import type { Report } from "../../analytics/report";
import type { ReportHistory } from "../../functions/analysis/publish";
import type { Status } from "../../functions/shared/status";
import { findNotices } from "../../site/notices";
import type { Published } from "../../site/publishedObjects";

/** The objects that change. The page reads each at a different moment. */
type Objects = Pick<Published, "report" | "analysis" | "history"> & { source: Status | undefined };
/** The objects written at one moment. */
type Write = Partial<Objects>;

const START = Date.parse("2026-03-10T12:00:00Z");
const YESTERDAY = -86_400;
const LAST_WEEK = -7 * 86_400;
const SETTINGS = { schedule: "rate(1 day)", longestGapMinutes: 1440, surveys: [], pollSeconds: 300 };
const KEYS = ["report", "analysis", "history", "source"] as const;

/** A time, in seconds from the start. */
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function status(
  part: Status["part"],
  lastCheck: number,
  lastChange: number | null,
  more: Partial<Status> = {},
): Status {
  return {
    part,
    ok: true,
    lastCheck: at(lastCheck),
    lastChange: lastChange === null ? null : at(lastChange),
    files: [],
    missing: [],
    error: null,
    details: null,
    ...more,
  };
}

/** The status of the source after fetching this version of its file. */
function sourceStatus(lastCheck: number, sha256: string, fetchedAt: number): Status {
  const file = { key: "raw/nation.json", bytes: 1, version: null, upstreamDate: null };
  const files = [{ ...file, sha256, fetchedAt: at(fetchedAt) }];
  return status("population", lastCheck, fetchedAt, { files });
}

function reportOf(generatedAt: number, sha256: string, fetchedAt: number): Report {
  const inputs = [{ key: "raw/nation.json", sha256, fetchedAt: at(fetchedAt) }];
  return { generatedAt: at(generatedAt), inputs, quality: { rules: [] as unknown[] } } as Report;
}

function historyOf(...generatedAt: number[]): ReportHistory {
  return { reports: generatedAt.map((seconds) => ({ key: "", fingerprint: "", generatedAt: at(seconds) })) };
}

/**
 * The notices for every combination of moments at which a page can read the objects. Notices of level `info` do not
 * count: they are not about a problem. Combinations without notices are left out.
 */
function alarms(
  writes: readonly Write[],
  before: Write = {},
): { readAt: string; objects: Objects; words: string[] }[] {
  const nothing: Objects = { report: undefined, analysis: undefined, history: undefined, source: undefined };
  const states = [{ ...nothing, ...before }];
  for (const write of writes) states.push({ ...(states.at(-1) as Objects), ...write });
  const moments = states.map((_, moment) => moment);
  return moments.flatMap((report) =>
    moments.flatMap((analysis) =>
      moments.flatMap((history) =>
        moments.flatMap((source) => {
          const read = { report, analysis, history, source };
          const objects = Object.fromEntries(
            KEYS.map((key) => [key, states[read[key]]?.[key]]),
          ) as unknown as Objects;
          // One write per second; the page reads everything within some seconds.
          const now = new Date(START + Math.max(...Object.values(read)) * 1000);
          const words = wordsAbout(objects, now);
          return words.length === 0 ? [] : [{ readAt: JSON.stringify(read), objects, words }];
        }),
      ),
    ),
  );
}

function wordsAbout({ source, ...objects }: Objects, now: Date): string[] {
  const published = {
    settings: SETTINGS,
    otherReport: undefined,
    sources: new Map([["population" as const, source]]),
    ...objects,
  };
  return findNotices(published, now)
    .filter(({ level }) => level !== "info")
    .map(({ title }) => title);
}

describe("the notices while objects are being published", () => {
  it("raise no alarm for the first report, whether the source or the analysis ends first", () => {
    const analysis: Write[] = [
      { report: reportOf(1, "a", 0) },
      { history: historyOf(1) },
      { analysis: status("analysis", 1, 1) },
    ];
    const source: Write = { source: sourceStatus(0, "a", 0) };
    for (const position of [0, 1, 2, 3])
      expect(alarms(analysis.toSpliced(position, 0, source))).to.deep.equal([]);
  });

  /** A report from last week, and a check yesterday that found nothing new. */
  const settled: Objects = {
    report: reportOf(LAST_WEEK, "a", LAST_WEEK),
    history: historyOf(LAST_WEEK),
    analysis: status("analysis", LAST_WEEK, LAST_WEEK),
    source: sourceStatus(YESTERDAY, "a", LAST_WEEK),
  };
  const next: Write[] = [
    { report: reportOf(1, "b", 0) },
    { history: historyOf(LAST_WEEK, 1) },
    { analysis: status("analysis", 1, 1) },
  ];

  it("raise no alarm for a change and its report, whether the source or the analysis ends first", () => {
    const source: Write = { source: sourceStatus(0, "b", 0) };
    for (const position of [0, 1, 2, 3]) {
      expect(alarms(next.toSpliced(position, 0, source), settled)).to.deep.equal([]);
    }
  });

  it("mention an earlier failure only if no part of the new report was read", () => {
    const failed = { ok: false, error: "The data broke a rule." };
    const before: Objects = {
      ...settled,
      source: sourceStatus(YESTERDAY, "b", YESTERDAY),
      analysis: status("analysis", YESTERDAY, LAST_WEEK, failed),
    };
    const found = alarms(next, before);
    expect(found).not.to.have.length(0);
    for (const { objects, readAt, words } of found) {
      expect([objects.report, objects.analysis], readAt).to.deep.equal([before.report, before.analysis]);
      expect(words).to.deep.equal(["The last analysis failed"]);
    }
  });

  it("raise no alarm if the earlier of two analysis runs ends last", () => {
    const writes: Write[] = [
      ...next.slice(0, 2),
      { analysis: status("analysis", 1, 1) },
      // This run started before the other one published, and found its report.
      { analysis: status("analysis", 0, 1) },
    ];
    const source = sourceStatus(0, "b", 0);
    expect(alarms(writes, { ...settled, source })).to.deep.equal([]);
    const last = { ...settled, source, ...writes[0], ...writes[1], ...writes[3] };
    expect(wordsAbout(last, new Date(START + 3_600_000))).to.deep.equal([]);
  });

  it("warn of a publication that is still incomplete after a quarter of an hour", () => {
    const [report, history, analysis] = next;
    const source = sourceStatus(0, "b", 0);
    const complete = { ...settled, source, ...report, ...history, ...analysis };
    const later = (minutes: number) => new Date(START + minutes * 60_000);
    const cases: [Objects, string][] = [
      [{ ...complete, analysis: undefined }, "The status of the analysis is missing"],
      [{ ...complete, analysis: settled.analysis }, "The status of the analysis is older than the report"],
      [{ ...complete, source: undefined }, "The status of Population (DataUSA) is missing"],
      [{ ...complete, report: undefined }, "The report is missing"],
    ];
    for (const [objects, title] of cases) {
      expect(wordsAbout(objects, later(14)), title).to.deep.equal([]);
      expect(wordsAbout(objects, later(16)), title).to.deep.equal([title]);
    }
    const behind = { ...complete, report: settled.report };
    expect(wordsAbout(behind, later(14))).to.deep.equal([]);
    expect(wordsAbout(behind, later(61))).to.deep.equal(["The report is older than its sources"]);
  });
});
