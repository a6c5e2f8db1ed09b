import { expect } from "chai";
import { analyzeFiles } from "../../../analytics/analyzeFiles";
import { inputs, nation, SETTINGS } from "../../support/analysisInputs";
import { comparedWith, NOW, outcomeOf, refusalOf, rows, withPopulation } from "./outcomes";

describe("checking the population", () => {
  it("prevents a report if years that the previous report had are missing or refused", async () => {
    const before = comparedWith(await analyzeFiles(inputs(rows(1)), SETTINGS, NOW));
    for (const content of [nation([2018, 327_167_439]), nation([2017, 0], [2018, 327_167_439])]) {
      const { message } = await refusalOf(withPopulation(content), before);
      expect(message).to.equal("nation.json has no population for 2017, which the previous report had.");
    }
  });

  it("flags years whose figures differ by more than 5 % a year, and keeps them", async () => {
    const content = nation([2013, 200e6], [2014, 210e6], [2016, 189e6], [2017, 198e6], [2018, 208e6]);
    const outcome = await outcomeOf(withPopulation(content), "populationJump");
    expect(outcome).to.deep.include({ severity: "warning", count: 1 });
    expect(outcome?.examples[0]?.reason).to.equal(
      "has 208,000,000 persons for 2018 and 198,000,000 for 2017, a change of more than 5 % a year",
    );
  });
});
