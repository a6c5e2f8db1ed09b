import { expect } from "chai";
import { needPulumi } from "./cli";
import { type Engine, startEngine } from "./engine";

describe("a new environment", function () {
  this.timeout(120_000);
  let engine: Engine;

  before(async function () {
    engine = await startEngine(await needPulumi(this));
  });
  after(async () => {
    await engine?.close();
  });

  it("needs three commands: stack init, and the region and contact settings, which errors ask for", async () => {
    const stack = await engine.openStack("staging", {});
    const failure = async () => {
      const error = await stack.preview().catch((reason: Error) => reason);
      return error instanceof Error ? error.message : "it did not fail";
    };
    expect(await failure()).to.include("missing configuration value 'contact'");
    await stack.set({ contact: "tests@example.org" });
    expect(await failure()).to.include("aws:region");
    await stack.set({ "aws:region": "us-east-1" });
    expect((await stack.preview()).changes.create).to.be.greaterThan(40);
  });
});
