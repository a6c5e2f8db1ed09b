import { expect } from "chai";
import { explain } from "../../../commands/shared/explain";
import { messageOf, toPublicText } from "../../../functions/shared/errors";

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

describe("the public text of an error", () => {
  const CASES: readonly [what: string, text: string, published: string][] = [
    ["e-mail addresses", "It may refuse 'jo.doe+x@mail.example.org'.", "It may refuse '…'."],
    ["an address at the end", "Ask jo@example.org.", "Ask …."],
    ["the query of a web address", "http://a.b/x?key=1&q=%20 answered 500.", "http://a.b/x?… answered 500."],
    ["a query at the end", "It moved to https://a.b/x?y=1.", "It moved to https://a.b/x?…."],
    ["a user and password", "https://jo:secret@a.b:8080/x failed", "https://a.b:8080/x failed"],
    ["roles and accounts", "arn:aws:iam::123456789012:role/r may not", "arn:… may not"],
    ["buckets", "s3://data-1a2b/raw/x is gone", "s3://…/raw/x is gone"],
  ];
  for (const [what, text, published] of CASES) {
    it(`does not contain ${what}`, () => {
      expect(toPublicText(text)).to.equal(published);
    });
  }

  it("is the whole text if that has nothing private", () => {
    const text =
      "pr.txt (new upstream) was not mirrored: https://a.b/pr/pr.txt answered 404 Not Found; is it @ home?";
    expect(toPublicText(text)).to.equal(text);
  });
});
