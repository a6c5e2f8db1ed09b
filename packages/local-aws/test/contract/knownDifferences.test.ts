import { expect } from "chai";
import { Suite, Test } from "mocha";
import { expectDifferences } from "./knownDifferences";

describe("known differences", () => {
  /** Runs `fn` as the case `rules › fire` with a known difference, and returns how the case ends. */
  async function ending(fn: () => void, row = { title: "rules › fire" }): Promise<unknown> {
    const root = new Suite("some cloud");
    const rules = Suite.create(root, "rules");
    const test = new Test("fire", fn);
    rules.addTest(test);
    expectDifferences(root, [{ ...row, instead: "never fires", fails: /no fire/ }]);
    expect(test.title).to.equal("fire — differs: never fires");
    return (test.fn as () => Promise<void>)().then(
      () => "passed",
      (error: Error) => error.message,
    );
  }

  it("pass while the case fails as listed", async () => {
    const fails = () => {
      throw new Error("there was no fire");
    };
    expect(await ending(fails)).to.equal("passed");
  });

  it("fail when the case passes, and say which row to delete", async () => {
    expect(await ending(() => {})).to.match(/'rules › fire' passes: delete its row/);
  });

  it("fail when the case fails differently", async () => {
    const fails = () => {
      throw new Error("a flood");
    };
    expect(await ending(fails)).to.match(/fails differently than listed: a flood/);
  });

  it("are refused without a case", async () => {
    const error = await ending(() => {}, { title: "rules › rest" }).catch((reason: Error) => reason.message);
    expect(error).to.match(/has no case 'rules › rest'/);
  });
});
