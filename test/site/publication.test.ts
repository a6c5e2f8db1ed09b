import { expect } from "chai";
import type { Report } from "../../analytics/report";
import type { Status } from "../../functions/shared/status";
import {
  isBeingPublished,
  isReportBehind,
  isStatusBehind,
  type PublicationParts,
  secondsToNextRead,
} from "../../site/publication";

const EARLIER = "2026-03-09T12:00:00.000Z";
const MADE = "2026-03-10T12:00:00.000Z";
const SECONDS_LATER = new Date("2026-03-10T12:00:05.000Z");
const HOUR_LATER = new Date("2026-03-10T13:00:00.000Z");

/** The objects of a publication, with these times. */
function parts(report: string | null, analysis: string | null, history: string[]): PublicationParts {
  return {
    report: report === null ? undefined : ({ generatedAt: report } as Report),
    otherReport: undefined,
    analysis: analysis === null ? undefined : ({ lastCheck: analysis, lastChange: analysis } as Status),
    history: { reports: history.map((generatedAt) => ({ key: "", fingerprint: "", generatedAt })) },
  };
}

describe("a publication", () => {
  const cases: [name: string, read: PublicationParts, isReportLate: boolean, isStatusLate: boolean][] = [
    ["nothing", parts(null, null, []), false, false],
    ["everything", parts(MADE, MADE, [EARLIER, MADE]), false, false],
    ["only the report", parts(MADE, null, []), false, true],
    ["the report and the previous status", parts(MADE, EARLIER, [EARLIER]), false, true],
    ["the report, the history and the previous status", parts(MADE, EARLIER, [EARLIER, MADE]), false, true],
    ["the history and the previous report and status", parts(EARLIER, EARLIER, [EARLIER, MADE]), true, false],
    ["the status and the previous report", parts(EARLIER, MADE, [EARLIER]), true, false],
    ["only the status", parts(null, MADE, []), true, false],
  ];
  for (const [name, read, isReportLate, isStatusLate] of cases) {
    it(`is recognized as complete or still in progress by a page that has read ${name}`, () => {
      expect(isReportBehind(read)).to.equal(isReportLate);
      expect(isStatusBehind(read)).to.equal(isStatusLate);
      expect(isBeingPublished(read, SECONDS_LATER)).to.equal(isReportLate || isStatusLate);
      expect(isBeingPublished(read, HOUR_LATER)).to.equal(false);
    });
  }

  it("treats a report of another format like any other", () => {
    const read = { ...parts(null, null, []), otherReport: { schemaVersion: 1, generatedAt: MADE } };
    expect(isStatusBehind(read)).to.equal(true);
    expect(isReportBehind({ ...read, analysis: parts(null, EARLIER, []).analysis })).to.equal(false);
  });

  it("is read again soon, then at growing intervals, up to the one in the settings", () => {
    const settings = (pollSeconds: number) => ({
      settings: { schedule: "", longestGapMinutes: null, surveys: [], pollSeconds },
    });
    const waits = (pollSeconds: number) =>
      [0, 1, 2, 3, 4].map((reads) => secondsToNextRead(settings(pollSeconds), reads));
    expect(waits(300)).to.deep.equal([300, 1, 2, 4, 8]);
    expect(waits(3)).to.deep.equal([3, 1, 2, 3, 3]);
    expect(waits(0)).to.deep.equal([0, 1, 2, 4, 8]);
    expect(secondsToNextRead(undefined, 0)).to.equal(30);
  });
});
