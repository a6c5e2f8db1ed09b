import { expect } from "chai";
import { byType, declare, one } from "../support/declaredProgram";

describe("the schedule", function () {
  this.timeout(60_000);

  it("runs each survey and the population daily, and each rule may invoke only its own function", async () => {
    const { resources } = await declare("dev", { surveys: '["pr","la"]' });
    const rules = byType(resources, "aws:cloudwatch/eventRule:EventRule");
    expect(rules.map(({ name }) => name).sort()).to.deep.equal([
      "bls-la-daily",
      "bls-pr-daily",
      "population-daily",
    ]);
    for (const { name, inputs } of rules) {
      expect(inputs.scheduleExpression).to.equal("cron(0 14 * * ? *)");
      const target = one(resources, "aws:cloudwatch/eventTarget:EventTarget", name);
      const permission = one(resources, "aws:lambda/permission:Permission", name);
      const survey = /^bls-(..)-daily$/.exec(name)?.[1];
      expect(JSON.parse(String(target.inputs.input))).to.deep.equal(survey ? { survey } : {});
      expect(permission.inputs.sourceArn).to.match(new RegExp(`:rule/${name}-`));
      expect(permission.inputs.principal).to.equal("events.amazonaws.com");
      expect(String(target.inputs.arn)).to.match(new RegExp(`:${permission.inputs.function}$`));
    }
  });
});
