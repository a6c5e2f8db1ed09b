import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { declare, one } from "../support/declaredProgram";

describe("the program", function () {
  this.timeout(60_000);
  let dev: Plan;
  let prod: Plan;
  before(async () => {
    dev = await declare("dev");
    prod = await declare("prod");
  });

  describe("every resource of AWS", () => {
    it("uses the provider with the stack's default tags", () => {
      const provider = one(prod.resources, "pulumi:providers:aws", "aws");
      expect(provider.inputs.defaultTags).to.equal(
        JSON.stringify({ tags: { project: "data-quest", stack: "prod", "managed-by": "pulumi" } }),
      );
      const others = prod.resources.filter(
        ({ type, dependencies }) => /^awsx?:/.test(type) && !dependencies.includes(provider.urn),
      );
      expect(others.map(({ urn }) => urn)).to.deep.equal([]);
    });

    it("has the same inputs and archives when the program runs again", async () => {
      expect(await declare("dev", {})).to.deep.equal(dev);
    });
  });

  it("outputs where everything is", () => {
    const outputs = Object.fromEntries(
      Object.entries(dev.outputs).map(([key, value]) => [key, String(value)]),
    );
    expect(outputs.dataBucket).to.match(/^data-/);
    expect(outputs.stateBucket).to.match(/^state-/);
    expect(outputs.queueUrl).to.match(/^https:.*\/raw-changes-/);
    expect(outputs.deadLetterQueueUrl).to.match(/^https:.*\/dead-letters-/);
    expect(outputs.websiteUrl).to.match(/^http:.*data-/);
    expect(outputs.reportUri).to.equal(`s3://${outputs.dataBucket}/reports/latest.json`);
    expect(outputs.syncDatasetFunction).to.match(/^syncDataset-/);
    expect(outputs.fetchPopulationFunction).to.match(/^fetchPopulation-/);
  });

  it("declares nothing if settings are invalid, and names them all", async () => {
    const failed = await declare("dev", { contact: "nobody", period: "M13" }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failed?.message).to.match(/data-quest:contact .*\n.*data-quest:period /);
  });
});
