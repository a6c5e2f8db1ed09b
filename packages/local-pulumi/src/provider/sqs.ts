import type { Cloud } from "@data-quest/local-aws/cloud";
import * as z from "zod";
import { ignored, policyDocument, tags, unlessDefault } from "./inputs";
import { type ResourceType, resourceType } from "./resourceType";

const queueInputs = z.strictObject({
  name: z.string(),
  delaySeconds: z.number().optional(),
  maxMessageSize: z.number().optional(),
  messageRetentionSeconds: z.number().optional(),
  receiveWaitTimeSeconds: z.number().optional(),
  visibilityTimeoutSeconds: z.number().optional(),
  redrivePolicy: z.string().optional(),
  sqsManagedSseEnabled: ignored("encryption at rest is not visible to clients"),
  tags,
});

/** Each input with SQS's attribute and its default (SQS API reference). */
const ATTRIBUTES = [
  ["delaySeconds", "DelaySeconds", "0"],
  ["maxMessageSize", "MaximumMessageSize", "1048576"],
  ["messageRetentionSeconds", "MessageRetentionPeriod", "345600"],
  ["receiveWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds", "0"],
  ["visibilityTimeoutSeconds", "VisibilityTimeout", "30"],
  ["redrivePolicy", "RedrivePolicy", ""],
] as const;

type QueueInputs = z.output<typeof queueInputs>;

/** The given attributes; attributes that were given before and were dropped are reset to their defaults. */
function attributes(inputs: QueueInputs, before?: QueueInputs): Record<string, string> {
  return Object.fromEntries(
    ATTRIBUTES.flatMap(([property, attribute, awsDefault]) => {
      if (inputs[property] !== undefined) return [[attribute, String(inputs[property])]];
      return before?.[property] === undefined ? [] : [[attribute, awsDefault]];
    }),
  );
}

/** The actual attributes as inputs; an attribute at its default is left out unless it was given. */
function attributeInputs(inputs: QueueInputs, actual: Record<string, string>) {
  return Object.fromEntries(
    ATTRIBUTES.map(([property, attribute, awsDefault]) => {
      const value = unlessDefault(inputs[property]?.toString(), actual[attribute] ?? awsDefault, awsDefault);
      return [
        property,
        property === "redrivePolicy" || value === undefined ? value || undefined : Number(value),
      ];
    }),
  );
}

/** Queues and their policies; the id of a queue is its URL. */
export const sqsTypes: Record<string, ResourceType> = {
  "aws:sqs/queue:Queue": resourceType({
    inputs: queueInputs,
    physicalName: { property: "name" },
    replaceOn: ["name"],
    async put(inputs, { cloud }, previous) {
      // CreateQueue without attributes returns an existing queue's URL, which changes with the cloud's address.
      const { url, arn } = await cloud.createQueue(inputs.name, previous ? {} : attributes(inputs));
      if (previous) await cloud.setQueueAttributes(url, attributes(inputs, previous.inputs));
      return { id: url, outputs: { url, arn } };
    },
    delete: ({ id }, { cloud }) => cloud.deleteQueue(id),
    async read({ id, inputs }, { cloud }) {
      const actual = await cloud.getQueueAttributes(id);
      return actual && attributeInputs(inputs, actual);
    },
  }),

  "aws:sqs/queuePolicy:QueuePolicy": resourceType({
    inputs: z.strictObject({ queueUrl: z.string(), policy: policyDocument }),
    put: ({ queueUrl, policy }, { cloud }, previous) =>
      moveAttribute(cloud, "Policy", JSON.stringify(policy), queueUrl, previous?.inputs.queueUrl),
    delete: ({ inputs }, { cloud }) => cloud.setQueueAttributes(inputs.queueUrl, { Policy: "" }),
    async read({ inputs }, { cloud }) {
      const policy = (await cloud.getQueueAttributes(inputs.queueUrl))?.Policy;
      return policy ? { policy: JSON.parse(policy) } : undefined;
    },
  }),

  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": resourceType({
    inputs: z.strictObject({ queueUrl: z.string(), redriveAllowPolicy: z.string() }),
    put: ({ queueUrl, redriveAllowPolicy }, { cloud }, previous) =>
      moveAttribute(cloud, "RedriveAllowPolicy", redriveAllowPolicy, queueUrl, previous?.inputs.queueUrl),
    delete: ({ inputs }, { cloud }) => cloud.setQueueAttributes(inputs.queueUrl, { RedriveAllowPolicy: "" }),
    async read({ inputs }, { cloud }) {
      const redriveAllowPolicy = (await cloud.getQueueAttributes(inputs.queueUrl))?.RedriveAllowPolicy;
      return redriveAllowPolicy ? { redriveAllowPolicy } : undefined;
    },
  }),
};

/**
 * Sets a queue's attribute, and clears it on the previous queue if that is a different one. Two URLs with the same path
 * are the same queue: the cloud's address may change between runs.
 */
async function moveAttribute(cloud: Cloud, attribute: string, value: string, url: string, before = url) {
  await cloud.setQueueAttributes(url, { [attribute]: value });
  if (new URL(before).pathname !== new URL(url).pathname)
    await cloud.setQueueAttributes(before, { [attribute]: "" });
  return { id: url };
}
