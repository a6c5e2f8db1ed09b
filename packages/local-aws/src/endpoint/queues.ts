import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Cloud } from "../cloud";
import { type Connection, unlessMissing } from "./connection";

const NO_QUEUE = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

/** SQS's control plane, and queue depths. */
export function queueMethods({ sqs, region, accountId }: Connection) {
  const attributesOf = async (QueueUrl: string) =>
    (
      await unlessMissing(
        sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })),
        ...NO_QUEUE,
      )
    )?.Attributes;
  const methods: Pick<Cloud, "createQueue" | "setQueueAttributes" | "deleteQueue" | "getQueueAttributes"> = {
    async createQueue(QueueName, attributes) {
      const arn = `arn:aws:sqs:${region}:${accountId}:${QueueName}`;
      const there = await unlessMissing(sqs.send(new GetQueueUrlCommand({ QueueName })), ...NO_QUEUE);
      // CreateQueue refuses attributes that differ from an existing queue's.
      if (there?.QueueUrl !== undefined) {
        await methods.setQueueAttributes(there.QueueUrl, attributes);
        return { url: there.QueueUrl, arn };
      }
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
      return { url: QueueUrl, arn };
    },
    async setQueueAttributes(QueueUrl, Attributes) {
      if (Object.keys(Attributes).length > 0)
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    },
    async deleteQueue(QueueUrl) {
      await unlessMissing(sqs.send(new DeleteQueueCommand({ QueueUrl })), ...NO_QUEUE);
    },
    getQueueAttributes: attributesOf,
  };
  return {
    ...methods,
    /** How many messages a queue holds, by SQS's approximate counts; undefined if there is no such queue. */
    async depthOf(queueArn: string): Promise<QueueDepth | undefined> {
      const QueueName = queueArn.split(":").at(-1);
      const queue = await unlessMissing(sqs.send(new GetQueueUrlCommand({ QueueName })), ...NO_QUEUE);
      const attributes = await attributesOf(queue?.QueueUrl ?? "");
      return (
        attributes && {
          visible: Number(attributes.ApproximateNumberOfMessages),
          delayed: Number(attributes.ApproximateNumberOfMessagesDelayed),
          inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
        }
      );
    },
  };
}

export interface QueueDepth {
  visible: number;
  delayed: number;
  inFlight: number;
}
