import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { declare, one } from "../support/declaredProgram";

describe("the analysis", function () {
  this.timeout(60_000);
  let dev: Plan;
  before(async () => {
    dev = await declare("dev");
  });

  it("gets batches from the queue, whose messages can fail individually", () => {
    const mapping = one(dev.resources, "aws:lambda/eventSourceMapping:EventSourceMapping", "raw-changes");
    expect(mapping.inputs.functionResponseTypes).to.deep.equal(["ReportBatchItemFailures"]);
    expect(mapping.inputs.eventSourceArn).to.match(/:raw-changes-/);
    expect(mapping.inputs.functionName).to.match(/:function:analyze-/);
  });
});
