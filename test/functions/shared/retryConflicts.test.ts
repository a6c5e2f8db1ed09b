import { expect } from "chai";
import { ConflictError } from "../../../functions/shared/bucket";
import { retryConflicts } from "../../../functions/shared/retryConflicts";
import { RunError } from "../../../functions/shared/status";

describe("work that may lose to another run", () => {
  /** Fails with each of these errors in turn, then succeeds; returns how often it was started and how it ended. */
  async function attempt(errors: readonly Error[], signal?: AbortSignal) {
    let attempts = 0;
    const ended = await retryConflicts(async (number) => {
      attempts++;
      expect(number).to.equal(attempts);
      const error = errors[attempts - 1];
      if (error !== undefined) throw error;
      return "done";
    }, signal).catch((error: unknown) => error);
    return { attempts, ended };
  }

  const conflict = new ConflictError("written by another run");

  it("is started again after a conflict, even one that comes with a status", async () => {
    expect(await attempt([conflict, new RunError(conflict, {})])).to.deep.equal({
      attempts: 3,
      ended: "done",
    });
  });

  it("is not started again after another error", async () => {
    const other = new RunError(new Error("the disk is full"), {});
    expect(await attempt([other])).to.deep.equal({ attempts: 1, ended: other });
  });

  it("is not started again after its signal was aborted", async () => {
    expect(await attempt([conflict], AbortSignal.abort())).to.deep.equal({ attempts: 1, ended: conflict });
  });

  it("is started four times at most", async function () {
    this.timeout(10_000);
    expect(await attempt(Array.from({ length: 9 }, () => conflict))).to.deep.equal({
      attempts: 4,
      ended: conflict,
    });
  });
});
