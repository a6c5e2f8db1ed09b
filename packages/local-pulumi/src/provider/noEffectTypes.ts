import type { Cloud } from "@data-quest/local-aws/cloud";
import * as z from "zod";
import { tags } from "./inputs";
import { type Properties, type ResourceType, resourceType } from "./resourceType";

/** A type that has no effect on this machine: it gets an id and an ARN, and accepts any property. */
interface NoEffectType {
  reason: string;
  /** The input with the physical name, which is also the id. Without it the logical name is the id. */
  nameInput?: string;
  arn?: (name: string, cloud: Cloud) => string;
  /** The output that holds the ARN; `arn` by default. */
  arnOutput?: string;
  /** Whether the ARN is the id. */
  idIsArn?: boolean;
  taggable?: boolean;
}

const table: Record<string, NoEffectType> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    reason: "the local cloud has no metrics and sends no alarms",
    nameInput: "name",
    arn: (name, { region, accountId }) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
    taggable: true,
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    reason: "the local cloud has no metrics",
    nameInput: "dashboardName",
    arn: (name, { accountId }) => `arn:aws:cloudwatch::${accountId}:dashboard/${name}`,
    arnOutput: "dashboardArn",
  },
  "aws:sns/topic:Topic": {
    reason: "only alarms publish to it, and they have no effect here",
    nameInput: "name",
    arn: (name, { region, accountId }) => `arn:aws:sns:${region}:${accountId}:${name}`,
    idIsArn: true,
    taggable: true,
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    reason: "the local cloud sends no mail",
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    reason: "the cloud retries a failed asynchronous invocation twice, then reports it as an event",
  },
  "aws:cloudtrail/trail:Trail": {
    reason: "the cloud reports every request as an event instead of an audit log",
    nameInput: "name",
    arn: (name, { region, accountId }) => `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`,
    idIsArn: true,
    taggable: true,
  },
  "awsx:cloudtrail:Trail": {
    reason: "the cloud reports every request as an event instead of an audit log",
  },
};

/** Resource types without effect here, each with a reason. Any other type is handled or refused, never skipped. */
export const noEffectTypes: Record<string, ResourceType> = Object.fromEntries(
  Object.entries(table).map(([type, entry]) => [type, noEffectType(entry)]),
);

function noEffectType({
  reason,
  nameInput,
  arn,
  arnOutput = "arn",
  idIsArn,
  taggable,
}: NoEffectType): ResourceType {
  const type = resourceType({
    inputs: z.looseObject(taggable ? { tags } : {}),
    ...(nameInput !== undefined && { physicalName: { property: nameInput }, replaceOn: [nameInput] }),
    async put(inputs: Properties, { cloud, name }) {
      const id = nameInput === undefined ? name : String(inputs[nameInput]);
      if (arn === undefined) return { id };
      return { id: idIsArn ? arn(id, cloud) : id, outputs: { [arnOutput]: arn(id, cloud) } };
    },
    delete: async () => {},
  });
  return { ...type, noEffectReason: reason };
}
