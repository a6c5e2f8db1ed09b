import { expect } from "chai";
import type { Report } from "../../analytics/report";
import type { Status } from "../../functions/shared/status";
import { formatCsv, parseCsv } from "../../site/csv";
import { addressOf, ago, bytes, span, upstreamDate, value, years } from "../../site/format";
import { findNotices, isOverdue } from "../../site/health";
import type { Published } from "../../site/objects";

const NOW = new Date("2026-03-10T12:00:00Z");
const daily = { schedule: "rate(1 day)", longestGapMinutes: 1440, surveys: ["pr"], pollSeconds: 0 };

describe("the page's words", () => {
  it("for numbers are as exact as the report", () => {
    expect([13, 564.713, -0.5, null].map(value)).to.deep.equal(["13.0", "564.713", "-0.5", "–"]);
    expect([999, 1000, 1_591_485, 2_000_000_000].map(bytes)).to.deep.equal([
      "999 B",
      "1.0 kB",
      "1.6 MB",
      "2.0 GB",
    ]);
  });

  it("for times are those of where they come from", () => {
    expect(upstreamDate("2026-08-06T08:30")).to.equal("Aug 6, 2026, 08:30 in Washington");
    expect(upstreamDate("some day")).to.equal("some day");
    expect(upstreamDate(null)).to.equal("–");
    const cases: [iso: string, words: string][] = [
      ["2026-03-10T11:59:30Z", "just now"],
      ["2026-03-10T11:00:01Z", "59 minutes ago"],
      ["2026-03-09T12:00:00Z", "yesterday"],
      ["2026-03-07T11:00:00Z", "3 days ago"],
    ];
    for (const [iso, words] of cases) expect(ago(iso, NOW)).to.equal(words);
    expect([5, 60, 1440, 4320, 90].map(span)).to.deep.equal([
      "5 minutes",
      "1 hour",
      "24 hours",
      "3 days",
      "90 minutes",
    ]);
  });

  it("for years join those in a row", () => {
    expect(years([2013, 2014, 2016, 2018, 2019])).to.equal("2013–2014, 2016, 2018–2019");
    expect(years([])).to.equal("");
  });

  it("for addresses hold for any key, and lead nowhere else", () => {
    expect(addressOf("raw/bls/pr/pr.new file+é")).to.equal("./raw/bls/pr/pr.new%20file%2B%C3%A9");
    expect(addressOf("javascript:alert(1)")).to.equal("./javascript%3Aalert(1)");
    expect(new URL(addressOf("//elsewhere.example/x"), "http://here.example/").host).to.equal("here.example");
  });
});

describe("the page's CSV", () => {
  it("quotes what needs it, disarms formulas, and leaves numbers alone", () => {
    const rows = [
      ["=1+1", -1.5, null],
      ['a "b", c', 2, "-x"],
    ];
    const csv = formatCsv(["name", "value", "other"], rows);
    expect(csv).to.equal('\uFEFFname,value,other\n\'=1+1,-1.5,\n"a ""b"", c",2,\'-x\n');
    expect(parseCsv(csv)[1]).to.deep.equal({ name: 'a "b", c', value: "2", other: "'-x" });
  });
});

describe("a check that is overdue", () => {
  const status = (lastCheck: string): Pick<Status, "lastCheck"> => ({ lastCheck });

  it("is one that came not within the schedule's longest gap and an hour", () => {
    expect(isOverdue(status("2026-03-09T11:00:01Z"), daily, NOW)).to.equal(false);
    expect(isOverdue(status("2026-03-09T10:59:59Z"), daily, NOW)).to.equal(true);
  });

  it("is none where the schedule is not known, or has no next run", () => {
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
          fetchedAt: null,
        },
      ],
    }),
    report: { inputs: [{ key: "raw/population/nation.json", sha256 }] } as Report,
    analysis: { ...failed, part: "analysis", ok: true, error: null },
  });

  it("say that it changed and no report followed, after an hour", () => {
    expect(titles(reportOf("b", "2026-03-01T00:00:00Z"))).to.deep.equal([]);
    expect(titles(reportOf("a", "2026-03-10T11:30:00Z"))).to.deep.equal([]);
    const late = reportOf("a", "2026-03-10T10:30:00Z");
    expect(titles(late)).to.deep.equal(["error: The report is older than what it was made of"]);
    expect(findNotices(late, NOW)[0]?.text).to.include("raw/population/nation.json");
  });

  it("say that the analysis has no status, where there is a report", () => {
    expect(titles({ ...reportOf("b", "2026-03-01T00:00:00Z"), analysis: undefined })).to.deep.equal([
      "warning: The analysis has no status",
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
