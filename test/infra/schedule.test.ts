import { expect } from "chai";
import { isSchedule, longestGapMinutes } from "../../infra/schedule";

const DAY = 24 * 60;

describe("a schedule", () => {
  const gaps: [expression: string, minutes: number | null][] = [
    ["rate(1 day)", DAY],
    ["rate(5 minutes)", 5],
    ["rate(12 hours)", 12 * 60],
    ["cron(0 14 * * ? *)", DAY],
    ["cron(0/15 * * * ? *)", 15],
    // From Friday to Monday.
    ["cron(0 8 ? * MON-FRI *)", 3 * DAY],
    ["cron(0 8 ? * 2-6 *)", 3 * DAY],
    // From the 15th of a 31-day month to the 1st, which is longer than from the 1st to the 15th.
    ["cron(30 8 1,15 * ? *)", 17 * DAY],
    // The last day of each month: the longest gap ends on the 31st.
    ["cron(0 8 L * ? *)", 31 * DAY],
    ["cron(0 8 1 1 ? 2030)", null],
  ];
  for (const [expression, minutes] of gaps) {
    it(`of ${expression} ${minutes === null ? "runs too rarely to have a longest gap" : `runs at least every ${minutes} minutes`}`, () => {
      expect(isSchedule(expression)).to.equal(true);
      expect(longestGapMinutes(expression)).to.equal(minutes);
    });
  }

  for (const wrong of [
    "",
    "every day",
    "rate(2 day)",
    "rate(0 days)",
    "cron(0 14 * * *)",
    "cron(61 14 * * ? *)",
    "cron(0 14 * * ? *) ",
  ]) {
    it(`cannot be ${JSON.stringify(wrong)}`, () => {
      expect(isSchedule(wrong)).to.equal(false);
      expect(() => longestGapMinutes(wrong)).to.throw();
    });
  }
});
