import { expect } from "chai";
import { inputs } from "../support/analysisInputs";
import { outcomeOf } from "./quality/outcomes";

describe("findings", () => {
  it("shows five examples and counts all", async () => {
    const unknown = Array.from({ length: 7 }, (_, at) => `X${at} 2000 Q01 1`);
    const outcome = await outcomeOf(inputs(unknown), "unknownSeries");
    expect(outcome?.count).to.equal(7);
    expect(outcome?.examples.map(({ line }) => line)).to.deep.equal([2, 3, 4, 5, 6]);
  });
});
