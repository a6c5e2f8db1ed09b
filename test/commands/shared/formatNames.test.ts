import { expect } from "chai";
import { formatNames } from "../../../commands/shared/formatNames";

describe("formatNames", () => {
  it("lists up to five names", () => {
    expect(formatNames([])).to.equal("");
    expect(formatNames(["a"])).to.equal("a");
    expect(formatNames(["a", "b", "c", "d", "e"])).to.equal("a, b, c, d, and e");
  });

  it("counts the names after the fifth", () => {
    expect(formatNames(["a", "b", "c", "d", "e", "f", "g"])).to.equal("a, b, c, d, e, and 2 more");
  });

  it("replaces control characters", () => {
    expect(formatNames(["a\u001b]"])).to.equal("a\ufffd]");
  });
});
