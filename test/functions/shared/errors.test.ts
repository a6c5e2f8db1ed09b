import { expect } from "chai";
import { explain } from "../../../commands/shared/explain";
import { messageOf } from "../../../functions/shared/errors";

const caused = (message: string, cause: unknown) => new Error(message, { cause });

describe("an error with causes, in words", () => {
  for (const [title, error, expected] of [
    ["alone", new Error("It failed."), "It failed."],
    ["with a cause", caused("It failed", new Error("the disk is full")), "It failed: the disk is full"],
    [
      "with a cause, in whole sentences",
      caused("It failed.", new Error("The disk is full.")),
      "It failed: The disk is full.",
    ],
    [
      "that already contains its cause's message",
      caused("It could not be read: aborted", new Error("aborted")),
      "It could not be read: aborted",
    ],
    [
      "that already contains its cause's message without the period",
      caused("It failed: the disk is full", new Error("the disk is full.")),
      "It failed: the disk is full",
    ],
    [
      "that already contains its cause's message, but not a second cause's",
      caused("It failed: aborted", caused("aborted", new Error("time is up"))),
      "It failed: aborted: time is up",
    ],
    ["with a cause that is not an error", caused("It failed", "no space"), "It failed: no space"],
  ] as const) {
    it(`${title}: each message is given once`, () => {
      expect(messageOf(error)).to.equal(expected);
      expect(explain(error)).to.equal(expected);
    });
  }

  it("several at once: equal messages are given once", () => {
    const error = new AggregateError(
      [new Error("refused"), new Error("refused"), new Error("late")],
      "Two tries",
    );
    expect(messageOf(error)).to.equal("Two tries: refused: late");
    expect(explain(error)).to.equal("Two tries\nrefused\nlate");
  });
});
