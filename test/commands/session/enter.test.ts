import { PassThrough } from "node:stream";
import { expect } from "chai";
import { type EnterKey, openEnterKey } from "../../../commands/session/enter";

describe("the Enter key", () => {
  let input: PassThrough;
  let enter: EnterKey;
  beforeEach(() => {
    input = new PassThrough();
    enter = openEnterKey(input);
  });
  afterEach(() => enter.close());

  for (const [title, text] of [
    ["whose lines are all there already", "\n\n"],
    ["that has ended", ""],
    ["that ends too early", "\n"],
  ] as const) {
    it(`is pressed twice by an input ${title}`, async () => {
      input.end(text);
      await enter.pressed();
      await enter.pressed();
    });
  }

  it("is waited for", async () => {
    let pressed = false;
    const waiting = enter.pressed().then(() => {
      pressed = true;
    });
    await new Promise(setImmediate);
    expect(pressed).to.equal(false);
    input.write("\n");
    await waiting;
    expect(pressed).to.equal(true);
  });
});
