import { expect } from "chai";
import type { Status } from "../../functions/shared/status";
import { isOverdue } from "../../site/sourceStatus";

const NOW = new Date("2026-03-10T12:00:00Z");
const daily = { schedule: "rate(1 day)", longestGapMinutes: 1440, surveys: ["pr"], pollSeconds: 0 };

describe("an overdue check", () => {
  const status = (lastCheck: string): Pick<Status, "lastCheck"> => ({ lastCheck });

  it("is more than an hour later than the longest gap of the schedule", () => {
    expect(isOverdue(status("2026-03-09T11:00:01Z"), daily, NOW)).to.equal(false);
    expect(isOverdue(status("2026-03-09T10:59:59Z"), daily, NOW)).to.equal(true);
  });

  it("is not reported if the schedule is unknown or has no next run", () => {
    expect(isOverdue(status("2020-01-01T00:00:00Z"), undefined, NOW)).to.equal(false);
    expect(isOverdue(status("2020-01-01T00:00:00Z"), { ...daily, longestGapMinutes: null }, NOW)).to.equal(
      false,
    );
  });
});
