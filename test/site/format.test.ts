import { expect } from "chai";
import {
  formatBytes,
  formatDuration,
  formatTimeAgo,
  formatUpstreamDate,
  formatValue,
  formatYears,
} from "../../site/format";

const NOW = new Date("2026-03-10T12:00:00Z");

describe("the page's formats", () => {
  it("show values as exactly as the report", () => {
    expect([13, 564.713, -0.5, null].map(formatValue)).to.deep.equal(["13.0", "564.713", "-0.5", "–"]);
  });

  it("show sizes in powers of 1000", () => {
    expect([999, 1000, 1_591_485, 2_000_000_000].map(formatBytes)).to.deep.equal([
      "999 B",
      "1.0 kB",
      "1.6 MB",
      "2.0 GB",
    ]);
  });

  it("show upstream dates in their own time zone", () => {
    expect(formatUpstreamDate("2026-08-06T08:30")).to.equal("Aug 6, 2026, 08:30 Washington time");
    expect(formatUpstreamDate("some day")).to.equal("some day");
    expect(formatUpstreamDate(null)).to.equal("–");
  });

  it("show how long ago something was", () => {
    const cases: [iso: string, words: string][] = [
      ["2026-03-10T11:59:30Z", "just now"],
      ["2026-03-10T11:00:01Z", "59 minutes ago"],
      ["2026-03-09T12:00:00Z", "yesterday"],
      ["2026-03-07T11:00:00Z", "3 days ago"],
    ];
    for (const [iso, words] of cases) expect(formatTimeAgo(iso, NOW)).to.equal(words);
  });

  it("show durations in the largest unit that fits exactly", () => {
    expect([5, 60, 1440, 4320, 90].map(formatDuration)).to.deep.equal([
      "5 minutes",
      "1 hour",
      "24 hours",
      "3 days",
      "90 minutes",
    ]);
  });

  it("join consecutive years", () => {
    expect(formatYears([2013, 2014, 2016, 2018, 2019])).to.equal("2013–2014, 2016, 2018–2019");
    expect(formatYears([])).to.equal("");
  });
});
