import { expect } from "chai";
import { expectError, type Fixture, newFunction } from "./support";

/** EventBridge's scheduled rules. */
export function rulesContract(fixture: () => Fixture): void {
  /** A rule that may invoke its target, a function; and how each invocation ended. */
  async function scheduled(source: string, input?: string) {
    const { cloud, name } = fixture();
    const worker = await newFunction(fixture(), source);
    const rule = name("rule");
    const { arn } = await cloud.putRule({ name: rule, scheduleExpression: "rate(1 day)", enabled: true });
    await cloud.putTarget(rule, { id: "target", arn: worker.arn, ...(input !== undefined && { input }) });
    await cloud.putPermission(worker.name, "events", {
      principal: "events.amazonaws.com",
      action: "lambda:InvokeFunction",
      sourceArn: arn,
    });
    const ends: unknown[] = [];
    cloud.events.on("invoked", ({ functionName, trigger, result, error }) => {
      if (functionName === worker.name) ends.push(error?.message ?? { trigger, result });
    });
    return { rule, arn, worker, ends, end: () => cloud.deleteRule(rule) };
  }

  describe("rules", () => {
    it("invoke their target with EventBridge's event, or with its input", async () => {
      const { cloud } = fixture();
      const echo = "exports.handler = async (event) => event";
      const plain = await scheduled(echo);
      const given = await scheduled(echo, '{"survey":"pr"}');
      await cloud.fireRules();
      expect(given.ends).to.deep.equal([{ trigger: "rule", result: { survey: "pr" } }]);
      const [{ result }] = plain.ends as [{ result: Record<string, unknown> }];
      expect(result).to.deep.include({
        "detail-type": "Scheduled Event",
        source: "aws.events",
        account: cloud.accountId,
        region: cloud.region,
        resources: [plain.arn],
        detail: {},
      });
      await Promise.all([plain.end(), given.end()]);
    });

    it("retry a failed invocation twice", async () => {
      const { cloud } = fixture();
      const { ends, end } = await scheduled('exports.handler = async () => { throw new Error("never"); }');
      await cloud.fireRules();
      expect(ends).to.deep.equal(["never", "never", "never"]);
      await end();
    });

    it("stop retrying after a success", async () => {
      const { cloud } = fixture();
      const source = `let calls = 0;
        exports.handler = async () => { if (++calls < 2) throw new Error("not yet"); return calls; }`;
      const { ends, end } = await scheduled(source);
      await cloud.fireRules();
      expect(ends).to.deep.equal(["not yet", { trigger: "rule", result: 2 }]);
      await end();
    });

    it("do not invoke a function without its permission", async () => {
      const { cloud } = fixture();
      const { rule, worker, ends, end } = await scheduled("exports.handler = async () => 1");
      await cloud.putPermission(worker.name, "events", {
        principal: "events.amazonaws.com",
        action: "lambda:InvokeFunction",
        sourceArn: `arn:aws:events:${cloud.region}:${cloud.accountId}:rule/${rule}-other`,
      });
      await cloud.fireRules();
      expect(ends).to.have.length(1);
      expect(ends[0]).to.match(/policy does not let/);
      await end();
    });

    it("do nothing when disabled, without a target, or deleted", async () => {
      const { cloud } = fixture();
      const disabled = await scheduled("exports.handler = async () => 1");
      await cloud.putRule({ name: disabled.rule, scheduleExpression: "cron(0 14 * * ? *)", enabled: false });
      const untargeted = await scheduled("exports.handler = async () => 1");
      await cloud.deleteTarget(untargeted.rule, "target");
      const deleted = await scheduled("exports.handler = async () => 1");
      await deleted.end();
      await cloud.fireRules();
      expect([disabled.ends, untargeted.ends, deleted.ends]).to.deep.equal([[], [], []]);
    });

    for (const scheduleExpression of ["rate(1 days)", "rate(2 day)", "cron(0 14 * * *)", "daily"]) {
      it(`refuse ${scheduleExpression} as their schedule`, async () => {
        const { cloud, name } = fixture();
        const rule = { name: name("rule"), scheduleExpression, enabled: true };
        await expectError(cloud.putRule(rule), /not valid/);
      });
    }
  });
}
