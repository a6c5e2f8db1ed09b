import { expect } from "chai";
import { findInterruption, Interruption, unlessAborted } from "../../../commands/shared/interruption";
import { rejection } from "../../support/rejection";

describe("findInterruption", () => {
  it("finds an interruption among other errors, with the status that shells report", () => {
    const error = new AggregateError([new Error("other"), new AggregateError([new Interruption("SIGTERM")])]);
    expect(findInterruption(error)?.exitStatus).to.equal(143);
    expect(findInterruption(new Error("other"))).to.equal(undefined);
  });
});

describe("unlessAborted", () => {
  const never = () => new Promise<never>(() => {});

  it("returns the work's result", async () => {
    expect(await unlessAborted(new AbortController().signal, async () => 1)).to.equal(1);
    expect(await unlessAborted(undefined, async () => 2)).to.equal(2);
  });

  it("rejects with the signal's reason as soon as it aborts", async () => {
    const controller = new AbortController();
    const waiting = rejection(unlessAborted(controller.signal, never));
    controller.abort(new Interruption("SIGINT"));
    expect((await waiting).message).to.equal("Interrupted by SIGINT.");
  });

  it("does not start the work if the signal has aborted", async () => {
    let started = false;
    const work = async () => {
      started = true;
    };
    await rejection(unlessAborted(AbortSignal.abort(new Error("aborted")), work));
    expect(started).to.equal(false);
  });
});
