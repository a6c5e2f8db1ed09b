import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { type Cloud, CloudError } from "../cloud";
import type { RuleState } from "../cloudState";
import { type Connection, unlessMissing } from "./connection";

const NO_RULE = "ResourceNotFoundException";

/** EventBridge's scheduled rules on the default bus. */
export function ruleMethods({
  events,
}: Connection): Pick<Cloud, "putRule" | "deleteRule" | "putTarget" | "deleteTarget" | "getRule"> {
  async function getRule(Name: string): Promise<RuleState | undefined> {
    const rule = await unlessMissing(events.send(new DescribeRuleCommand({ Name })), NO_RULE);
    if (rule === undefined) return undefined;
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    const targets = Targets.map(({ Id = "", Arn = "", Input }) => ({
      id: Id,
      arn: Arn,
      ...(Input !== undefined && { input: Input }),
    }));
    const { ScheduleExpression: scheduleExpression = "", State } = rule;
    return { name: Name, scheduleExpression, enabled: State !== "DISABLED", targets };
  }

  const methods = {
    getRule,
    async putRule({ name: Name, scheduleExpression: ScheduleExpression, enabled }) {
      const State = enabled ? "ENABLED" : "DISABLED";
      const { RuleArn = "" } = await events.send(new PutRuleCommand({ Name, ScheduleExpression, State }));
      return { arn: RuleArn };
    },
    async deleteRule(Name) {
      const rule = await getRule(Name);
      for (const { id } of rule?.targets ?? []) await methods.deleteTarget(Name, id);
      await unlessMissing(events.send(new DeleteRuleCommand({ Name })), NO_RULE);
    },
    async putTarget(Rule, { id: Id, arn: Arn, input }) {
      const target = { Id, Arn, ...(input !== undefined && { Input: input }) };
      const { FailedEntries = [] } = await events.send(new PutTargetsCommand({ Rule, Targets: [target] }));
      const [failed] = FailedEntries;
      if (failed) throw new CloudError(`Target ${Id} of rule ${Rule}: ${failed.ErrorMessage}`);
    },
    async deleteTarget(Rule, id) {
      await unlessMissing(events.send(new RemoveTargetsCommand({ Rule, Ids: [id] })), NO_RULE);
    },
  } satisfies Pick<Cloud, "putRule" | "deleteRule" | "putTarget" | "deleteTarget" | "getRule">;
  return methods;
}
