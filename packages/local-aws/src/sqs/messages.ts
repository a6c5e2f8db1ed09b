/** A message attribute as SQS's JSON protocol has it. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** A message as ReceiveMessage answers it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes: Record<string, string>;
  MessageAttributes: Record<string, MessageAttribute>;
}

/** What a queue holds. */
export interface QueueDepth {
  /** How many messages are visible. */
  ready: number;
  /** For each message that was sent with a delay, how long it is still delayed, in milliseconds. */
  delayed: number[];
  /** The messages that were received and not deleted, and how long they stay hidden. */
  inFlight: { receiptHandle: string; hiddenMs: number }[];
}

/** A row of `sqs_messages`: ready once `visible` has passed; until then in flight, or delayed if it has no receipt. */
export interface MessageRow {
  seq: number;
  id: string;
  body: string;
  attributes: string;
  sent: number;
  visible: number;
  receipt: string | null;
  receives: number;
  first_received: number | null;
}
