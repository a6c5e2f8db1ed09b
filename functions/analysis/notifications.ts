import type { SQSBatchItemFailure, SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod";
import { messageOf } from "../shared/errors";
import { logger } from "../shared/logger";

/** The content of a batch of messages. */
interface NotificationBatch {
  /** Keys of the objects that were created or removed, decoded, without duplicates. */
  keys: string[];
  /** Messages that are not S3 notifications. Only these fail; after the last try they go to the dead-letter queue. */
  batchItemFailures: SQSBatchItemFailure[];
}

/** S3 sends this event when notifications are configured. */
const testEvent = z.object({ Event: z.literal("s3:TestEvent") });

const objectEvent = z.object({
  Records: z
    .array(
      z.object({
        eventSource: z.literal("aws:s3"),
        eventName: z.string().regex(/^Object(Created|Removed):/),
        s3: z.object({ object: z.object({ key: z.string().min(1) }) }),
      }),
    )
    .nonempty(),
});

const message = z.union([testEvent.transform(() => []), objectEvent.transform(({ Records }) => Records)]);

/** Reads a batch of S3 notifications. S3's test event succeeds and adds no key. */
export function readNotifications(event: SQSEvent): NotificationBatch {
  const keys = new Set<string>();
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const record of event.Records) {
    try {
      for (const key of changedKeys(record)) keys.add(key);
    } catch (error) {
      logger.error("the message is not an S3 notification", {
        messageId: record.messageId,
        body: record.body,
        reason: messageOf(error),
      });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { keys: [...keys], batchItemFailures };
}

function changedKeys({ body }: SQSRecord): string[] {
  return message.parse(JSON.parse(body)).map(({ s3 }) => decodeKey(s3.object.key));
}

/** S3 sends keys URL-encoded, with `+` for a space (S3 guide, 'Event message structure'). */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}
