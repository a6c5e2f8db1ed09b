import { PassThrough } from "node:stream";
import { expect } from "chai";
import { type EnterKey, openEnterKey } from "../../../commands/session/enterKey";

describe("openEnterKey", () => {
  let input: PassThrough;
  let enter: EnterKey;
  beforeEach(() => {
    input = new PassThrough();
    enter = openEnterKey(input);
  });
  afterEach(() => enter.close());

  for (const [title, text] of [
    ["lines that were entered early", "\n\n"],
    ["an input that has ended", ""],
    ["an input that ends after one line", "\n"],
  ] as const) {
    it(`does not wait with ${title}`, async () => {
      input.end(text);
      await enter.waitForPress();
      await enter.waitForPress();
    });
  }

  it("waits for the next line", async () => {
    let pressed = false;
    const waiting = enter.waitForPress().then(() => {
      pressed = true;
    });
    await new Promise(setImmediate);
    expect(pressed).to.equal(false);
    input.write("\n");
    await waiting;
    expect(pressed).to.equal(true);
  });
});
