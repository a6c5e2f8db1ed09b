/** A message attribute in SQS's JSON protocol. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** A message as ReceiveMessage returns it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes: Record<string, string>;
  MessageAttributes: Record<string, MessageAttribute>;
}

/** The messages in a queue. */
export interface QueueDepth {
  /** How many messages are visible. */
  ready: number;
  /** The remaining delay of each delayed message, in milliseconds. */
  delayed: number[];
  /** The messages that were received but not deleted, and how long each stays hidden. */
  inFlight: { receiptHandle: string; hiddenMs: number }[];
}

/** A row of `sqs_messages`: visible from `visible` on; before that in flight, or delayed if it has no receipt. */
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
