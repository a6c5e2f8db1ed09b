import { expect } from "chai";
import * as z from "zod";
import { oneOf, readEnvironment, text, wholeNumber } from "../../../functions/shared/environment";

const variables = z.object({ NAME: text, DAYS: wholeNumber, MODE: oneOf(["warn", "refuse"]) });

describe("a function's environment variables", () => {
  it("are read with their types, and others are left out", () => {
    const environment = { NAME: "a", DAYS: "07", MODE: "warn", PATH: "/bin" };
    expect(readEnvironment(variables, environment)).to.deep.equal({ NAME: "a", DAYS: 7, MODE: "warn" });
  });

  it("that are missing, empty or wrong are all named in one message, which says what to do", () => {
    expect(() => readEnvironment(variables, { DAYS: "", MODE: "stop" })).to.throw(
      "Wrong environment variables: NAME is not set; DAYS is not set; MODE should be warn or refuse, but is 'stop'. " +
        "Deploy the function with the right ones (infra/).",
    );
  });

  for (const days of ["-1", "1.5", "7 days", " 7"]) {
    it(`that are numbers have to be whole: '${days}' is refused`, () => {
      const environment = { NAME: "a", DAYS: days, MODE: "warn" };
      expect(() => readEnvironment(variables, environment)).to.throw(
        `DAYS should be a whole number, but is '${days}'`,
      );
    });
  }
});
