import { expect } from "chai";
import { describeFailures, type FileFailure } from "../../../functions/dataset/failures";

describe("files that failed, in words", () => {
  const failure = (name: string, words: string): FileFailure => {
    const url = `http://host/pub/pr/${name}`;
    return {
      name,
      undone: "mirrored",
      reason: "new upstream",
      url,
      cause: new Error(words.replace("URL", url)),
    };
  };
  const failures = (count: number, words = "URL answered 404.") =>
    Array.from({ length: count }, (_, index) => failure(`pr.${index + 1}`, words));

  it("one: with its own address", () => {
    expect(describeFailures(failures(1))).to.deep.equal([
      "pr.1 (new upstream) was not mirrored: http://host/pub/pr/pr.1 answered 404",
    ]);
  });

  it("two for one reason: both names, the reason once", () => {
    expect(describeFailures(failures(2))).to.deep.equal([
      "2 files were not mirrored (pr.1 and pr.2): http://host/pub/pr/… answered 404",
    ]);
  });

  it("twelve for one reason: three names, the rest counted, the reason once", () => {
    expect(describeFailures(failures(12))).to.deep.equal([
      "12 files were not mirrored (pr.1, pr.2, pr.3, and 9 more): http://host/pub/pr/… answered 404",
    ]);
  });

  it("twelve for two reasons: each reason once", () => {
    expect(describeFailures([...failures(11), failure("pr.x", "the disk is full")])).to.deep.equal([
      "11 files were not mirrored (pr.1, pr.2, pr.3, and 8 more): http://host/pub/pr/… answered 404",
      "pr.x (new upstream) was not mirrored: the disk is full",
    ]);
  });

  it("twelve for twelve reasons: three, and the rest counted", () => {
    const each = Array.from({ length: 12 }, (_, index) => failure(`pr.${index + 1}`, `error ${index + 1}`));
    expect(describeFailures(each)).to.deep.equal([
      "pr.1 (new upstream) was not mirrored: error 1",
      "pr.2 (new upstream) was not mirrored: error 2",
      "pr.3 (new upstream) was not mirrored: error 3",
      "9 more files failed for other reasons, see the log",
    ]);
  });

  it("removals apart from downloads", () => {
    const gone: FileFailure = {
      name: "pr.old",
      undone: "removed",
      reason: "gone upstream",
      cause: new Error("denied"),
    };
    expect(describeFailures([failure("pr.1", "denied"), gone])).to.deep.equal([
      "pr.1 (new upstream) was not mirrored: denied",
      "pr.old (gone upstream) was not removed: denied",
    ]);
  });
});
