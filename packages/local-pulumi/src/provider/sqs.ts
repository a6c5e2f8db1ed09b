import type { Cloud } from "@data-quest/local-aws/cloud";
import * as z from "zod";
import {
  ignored,
  policyDocument,
  type ResourceType,
  resourceType,
  tags,
  unlessDefault,
} from "./resourceType";

const queueInputs = z.strictObject({
  name: z.string(),
  delaySeconds: z.number().optional(),
  maxMessageSize: z.number().optional(),
  messageRetentionSeconds: z.number().optional(),
  receiveWaitTimeSeconds: z.number().optional(),
  visibilityTimeoutSeconds: z.number().optional(),
  redrivePolicy: z.string().optional(),
  sqsManagedSseEnabled: ignored("encryption at rest shows nowhere"),
  tags,
});

/** SQS's attribute for an input, and what the attribute is where the input is not given (API reference). */
const ATTRIBUTES = [
  ["delaySeconds", "DelaySeconds", "0"],
  ["maxMessageSize", "MaximumMessageSize", "1048576"],
  ["messageRetentionSeconds", "MessageRetentionPeriod", "345600"],
  ["receiveWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds", "0"],
  ["visibilityTimeoutSeconds", "VisibilityTimeout", "30"],
  ["redrivePolicy", "RedrivePolicy", ""],
] as const;

type QueueInputs = z.output<typeof queueInputs>;

/** The attributes that are given; those that were given before and are no more, at their defaults. */
function attributes(inputs: QueueInputs, before?: QueueInputs): Record<string, string> {
  return Object.fromEntries(
    ATTRIBUTES.flatMap(([property, attribute, otherwise]) => {
      if (inputs[property] !== undefined) return [[attribute, String(inputs[property])]];
      return before?.[property] === undefined ? [] : [[attribute, otherwise]];
    }),
  );
}

/** The other way round; an attribute that nobody set is no input. */
function attributeInputs(inputs: QueueInputs, actual: Record<string, string>) {
  return Object.fromEntries(
    ATTRIBUTES.map(([property, attribute, otherwise]) => {
      const value = unlessDefault(inputs[property]?.toString(), actual[attribute] ?? otherwise, otherwise);
      return [
        property,
        property === "redrivePolicy" || value === undefined ? value || undefined : Number(value),
      ];
    }),
  );
}

/** Queues and their policies; a queue's id is its URL. */
export const sqsTypes: Record<string, ResourceType> = {
  "aws:sqs/queue:Queue": resourceType({
    inputs: queueInputs,
    physicalName: { property: "name" },
    replaceOn: ["name"],
    async put(inputs, { cloud }, previous) {
      // CreateQueue without attributes gives an existing queue's URL, which differs where the cloud's address does.
      const { url, arn } = await cloud.createQueue(inputs.name, previous ? {} : attributes(inputs));
      if (previous) await cloud.setQueueAttributes(url, attributes(inputs, previous.inputs));
      return { id: url, outputs: { url, arn } };
    },
    remove: ({ id }, { cloud }) => cloud.deleteQueue(id),
    async read({ id, inputs }, { cloud }) {
      const actual = await cloud.getQueueAttributes(id);
      return actual && attributeInputs(inputs, actual);
    },
  }),

  "aws:sqs/queuePolicy:QueuePolicy": resourceType({
    inputs: z.strictObject({ queueUrl: z.string(), policy: policyDocument }),
    put: ({ queueUrl, policy }, { cloud }, previous) =>
      moveAttribute(cloud, "Policy", JSON.stringify(policy), queueUrl, previous?.inputs.queueUrl),
    remove: ({ inputs }, { cloud }) => cloud.setQueueAttributes(inputs.queueUrl, { Policy: "" }),
    async read({ inputs }, { cloud }) {
      const policy = (await cloud.getQueueAttributes(inputs.queueUrl))?.Policy;
      return policy ? { policy: JSON.parse(policy) } : undefined;
    },
  }),

  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": resourceType({
    inputs: z.strictObject({ queueUrl: z.string(), redriveAllowPolicy: z.string() }),
    put: ({ queueUrl, redriveAllowPolicy }, { cloud }, previous) =>
      moveAttribute(cloud, "RedriveAllowPolicy", redriveAllowPolicy, queueUrl, previous?.inputs.queueUrl),
    remove: ({ inputs }, { cloud }) => cloud.setQueueAttributes(inputs.queueUrl, { RedriveAllowPolicy: "" }),
    async read({ inputs }, { cloud }) {
      const redriveAllowPolicy = (await cloud.getQueueAttributes(inputs.queueUrl))?.RedriveAllowPolicy;
      return redriveAllowPolicy ? { redriveAllowPolicy } : undefined;
    },
  }),
};

/**
 * Sets a queue's attribute, and clears it on the queue that had it before. That is another queue only if the path is
 * another: when the cloud's address changes, so does every URL, and no queue.
 */
async function moveAttribute(cloud: Cloud, attribute: string, value: string, url: string, before = url) {
  await cloud.setQueueAttributes(url, { [attribute]: value });
  if (new URL(before).pathname !== new URL(url).pathname)
    await cloud.setQueueAttributes(before, { [attribute]: "" });
  return { id: url };
}
