import * as z from "zod";
import { ignored, optional, tags, unlessDefault } from "./inputs";
import { type ResourceType, resourceType } from "./resourceType";

/** EventBridge's scheduled rules on the default bus, and their targets. */
export const eventTypes: Record<string, ResourceType> = {
  "aws:cloudwatch/eventRule:EventRule": resourceType({
    inputs: z.strictObject({
      name: z.string(),
      scheduleExpression: z.string(),
      state: z.enum(["ENABLED", "DISABLED"]).optional(),
      eventBusName: z.literal("default").optional(),
      description: ignored("only for readers"),
      tags,
    }),
    physicalName: { property: "name" },
    replaceOn: ["name"],
    async put({ name, scheduleExpression, state }, { cloud }) {
      const { arn } = await cloud.putRule({ name, scheduleExpression, enabled: state !== "DISABLED" });
      return { id: name, outputs: { arn, eventBusName: "default" } };
    },
    delete: ({ id }, { cloud }) => cloud.deleteRule(id),
    async read({ id, inputs }, { cloud }) {
      const rule = await cloud.getRule(id);
      if (rule === undefined) return undefined;
      const state = rule.enabled ? "ENABLED" : "DISABLED";
      return {
        scheduleExpression: rule.scheduleExpression,
        state: unlessDefault(inputs.state, state, "ENABLED"),
      };
    },
  }),

  "aws:cloudwatch/eventTarget:EventTarget": resourceType({
    inputs: z.strictObject({
      targetId: z.string(),
      rule: z.string(),
      arn: z.string(),
      input: z.string().optional(),
      eventBusName: z.literal("default").optional(),
      retryPolicy: ignored("the cloud retries a failed invocation twice, then reports it as an event"),
      deadLetterConfig: ignored("the cloud reports an invocation that failed after all retries as an event"),
    }),
    physicalName: { property: "targetId" },
    replaceOn: ["rule", "targetId"],
    async put({ rule, targetId, arn, input }, { cloud }) {
      await cloud.putTarget(rule, { id: targetId, arn, ...optional("input", input) });
      return { id: `${rule}-${targetId}` };
    },
    delete: ({ inputs }, { cloud }) => cloud.deleteTarget(inputs.rule, inputs.targetId),
    async read({ inputs }, { cloud }) {
      const target = (await cloud.getRule(inputs.rule))?.targets.find(({ id }) => id === inputs.targetId);
      return target && { arn: target.arn, input: target.input };
    },
  }),
};
