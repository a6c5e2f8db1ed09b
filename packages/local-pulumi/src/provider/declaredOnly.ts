import type { Cloud } from "@data-quest/local-aws/cloud";
import * as z from "zod";
import { type Properties, type ResourceType, resourceType, tags } from "./resourceType";

/** A type that changes nothing on this machine: it gets an id and an ARN, and any property will do. */
interface DeclaredOnly {
  reason: string;
  /** The input that is the physical name, and the id. Without it the logical name is the id. */
  named?: string;
  arn?: (name: string, cloud: Cloud) => string;
  /** The output that holds the ARN; `arn` where not said. */
  arnOutput?: string;
  /** Whether AWS knows it by its ARN. */
  idIsArn?: boolean;
  taggable?: boolean;
}

const table: Record<string, DeclaredOnly> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    reason: "there are no metrics here, and nobody to wake",
    named: "name",
    arn: (name, { region, accountId }) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
    taggable: true,
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    reason: "there are no metrics to draw",
    named: "dashboardName",
    arn: (name, { accountId }) => `arn:aws:cloudwatch::${accountId}:dashboard/${name}`,
    arnOutput: "dashboardArn",
  },
  "aws:sns/topic:Topic": {
    reason: "only alarms publish to it, and there are none here",
    named: "name",
    arn: (name, { region, accountId }) => `arn:aws:sns:${region}:${accountId}:${name}`,
    idIsArn: true,
    taggable: true,
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    reason: "no mail leaves this machine",
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    reason: "the cloud tries a failed asynchronous invocation twice more, and then reports it as an event",
  },
  "aws:cloudtrail/trail:Trail": {
    reason: "the cloud reports every request as an event; there is no audit log to keep",
    named: "name",
    arn: (name, { region, accountId }) => `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`,
    idIsArn: true,
    taggable: true,
  },
  "awsx:cloudtrail:Trail": {
    reason: "the cloud reports every request as an event; there is no audit log to keep",
  },
};

/** Resource types without effect here, each with its reason. A type is on this list or handled, never skipped. */
export const declaredOnlyTypes: Record<string, ResourceType> = Object.fromEntries(
  Object.entries(table).map(([type, entry]) => [type, declaredOnly(entry)]),
);

function declaredOnly({
  reason,
  named,
  arn,
  arnOutput = "arn",
  idIsArn,
  taggable,
}: DeclaredOnly): ResourceType {
  const type = resourceType({
    inputs: z.looseObject(taggable ? { tags } : {}),
    ...(named !== undefined && { physicalName: { property: named }, replaceOn: [named] }),
    async put(inputs: Properties, { cloud, name }) {
      const id = named === undefined ? name : String(inputs[named]);
      if (arn === undefined) return { id };
      return { id: idIsArn ? arn(id, cloud) : id, outputs: { [arnOutput]: arn(id, cloud) } };
    },
    remove: async () => {},
  });
  return { ...type, declaredOnly: reason };
}
