import { createHash } from "node:crypto";
import { ACCOUNT_ID, AwsError, type AwsRequest, type AwsResponse, notImplemented } from "../awsProtocol";
import type { PolicyDocument } from "../cloud";
import type { Authorizer } from "../iam/authorization";
import type { Principal } from "../iam/identity";
import { checkAttributes, INITIAL_ATTRIBUTES } from "./queueAttributes";
import type { Message, MessageAttribute, QueueDepth, QueueStore } from "./queueStore";

/** The parameters of a request. */
type Input = Record<string, unknown>;

/** One SQS request, understood. */
export interface SqsCall {
  operation: string;
  /** The queue's name. */
  queue: string;
  input: Input;
}

interface Operation {
  action: string;
  /** The parameters that are understood, beside the queue's. */
  takes: readonly string[];
  run(queues: Queues, call: SqsCall): unknown;
}

/** All that SQS allows in a message. */
const MESSAGE_TEXT = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u;
const LONGEST_HIDDEN_SECONDS = 43_200;

const SEND: Operation = {
  action: "sqs:SendMessage",
  takes: ["MessageBody", "DelaySeconds", "MessageAttributes"],
  run: (queues, { queue, input }) => {
    const body = String(input.MessageBody ?? "");
    const delay = wholeNumber(input, "DelaySeconds", 0, 900);
    const id = queues.send(queue, body, Object(input.MessageAttributes ?? {}), delay);
    return { MessageId: id, MD5OfMessageBody: md5(body) };
  },
};
const DELETE: Operation = {
  action: "sqs:DeleteMessage",
  takes: ["ReceiptHandle"],
  run: (queues, { queue, input }) => {
    queues.deleteMessage(queue, String(input.ReceiptHandle));
  },
};

/** The operations that are implemented. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: SEND,
  SendMessageBatch: inBatches(SEND),
  DeleteMessage: DELETE,
  DeleteMessageBatch: inBatches(DELETE),
  ReceiveMessage: {
    action: "sqs:ReceiveMessage",
    takes: [
      "MaxNumberOfMessages",
      "VisibilityTimeout",
      "WaitTimeSeconds",
      "AttributeNames",
      "MessageSystemAttributeNames",
      "MessageAttributeNames",
    ],
    run: async (queues, { queue, input }) => {
      const messages = await queues.receive(queue, {
        count: wholeNumber(input, "MaxNumberOfMessages", 1, 10) ?? 1,
        waitSeconds: wholeNumber(input, "WaitTimeSeconds", 0, 20),
        hideSeconds: wholeNumber(input, "VisibilityTimeout", 0, LONGEST_HIDDEN_SECONDS),
      });
      const names = [...namesIn(input.AttributeNames), ...namesIn(input.MessageSystemAttributeNames)];
      const attributeNames = namesIn(input.MessageAttributeNames);
      return { Messages: messages.map((message) => onlyAsked(message, names, attributeNames)) };
    },
  },
  ChangeMessageVisibility: {
    action: "sqs:ChangeMessageVisibility",
    takes: ["ReceiptHandle", "VisibilityTimeout"],
    run: (queues, { queue, input }) => {
      const seconds = wholeNumber(input, "VisibilityTimeout", 0, LONGEST_HIDDEN_SECONDS) ?? 0;
      if (!queues.hide(queue, String(input.ReceiptHandle), seconds))
        throw new AwsError(400, "MessageNotInflight", "The specified message isn't in flight.");
    },
  },
  GetQueueAttributes: {
    action: "sqs:GetQueueAttributes",
    takes: ["AttributeNames"],
    run: (queues, { queue, input }) => {
      const all = Object.entries(queues.attributesOf(queue) ?? {});
      const names = namesIn(input.AttributeNames);
      return { Attributes: Object.fromEntries(all.filter(([name]) => isAsked(names, name))) };
    },
  },
  GetQueueUrl: {
    action: "sqs:GetQueueUrl",
    takes: ["QueueName"],
    run: (queues, { queue }) => ({ QueueUrl: queues.urlOf(queue) }),
  },
};

/** A message as ReceiveMessage answers it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, MessageAttribute>;
}

/** SQS: the data plane and the control plane. A queue goes by its name, its URL or its ARN. */
export class Queues {
  readonly #store: QueueStore;
  readonly #authorizer: Authorizer;
  readonly #region: string;
  /** Base address of queue URLs; known when the gateway listens. */
  endpoint = "";

  constructor(store: QueueStore, authorizer: Authorizer, region: string) {
    this.#store = store;
    this.#authorizer = authorizer;
    this.#region = region;
    for (const name of store.names()) this.#applyPolicy(name);
  }

  /** @throws AwsError `NotImplemented`, `SerializationException`. */
  parse(request: AwsRequest): SqsCall {
    const operation = request.headers["x-amz-target"]?.replace(/^AmazonSQS\./, "") ?? "";
    if (!Object.hasOwn(OPERATIONS, operation)) throw notImplemented(`the SQS operation ${operation}`);
    const input = parseObject(request.body.toString());
    const unknown = Object.keys(input).find(
      (name) => name !== "QueueUrl" && name !== "Entries" && !OPERATIONS[operation]?.takes.includes(name),
    );
    if (unknown) throw notImplemented(`the parameter ${unknown} of ${operation}`);
    return { operation, queue: nameIn(String(input.QueueName ?? input.QueueUrl ?? "")), input };
  }

  async handle(call: SqsCall, principal: Principal): Promise<AwsResponse> {
    const operation = OPERATIONS[call.operation];
    await this.#authorizer.require(principal, operation?.action ?? "", this.arnOf(call.queue));
    this.#attributes(call.queue);
    const answer = await operation?.run(this, call);
    return {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify(answer ?? {}),
    };
  }

  create(name: string, attributes: Record<string, string>): { url: string; arn: string } {
    if (!/^[\w-]{1,80}$/.test(name)) throw notImplemented(`queues with the name ${name}`);
    this.#put(name, attributes);
    return { url: this.urlOf(name), arn: this.arnOf(name) };
  }

  setAttributes(queue: string, attributes: Record<string, string>): void {
    this.#attributes(queue);
    this.#put(nameIn(queue), attributes);
  }

  /** By SQS's own names; undefined if there is no such queue. */
  attributesOf(queue: string): Record<string, string> | undefined {
    const name = nameIn(queue);
    const found = this.#store.find(name);
    if (!found) return undefined;
    const { ready, delayed, inFlight } = this.#store.depth(name);
    return {
      ...INITIAL_ATTRIBUTES,
      ...found.attributes,
      QueueArn: this.arnOf(name),
      ApproximateNumberOfMessages: String(ready),
      ApproximateNumberOfMessagesDelayed: String(delayed.length),
      ApproximateNumberOfMessagesNotVisible: String(inFlight.length),
      CreatedTimestamp: String(found.created),
      LastModifiedTimestamp: String(found.modified),
    };
  }

  names(): string[] {
    return this.#store.names();
  }

  delete(queue: string): void {
    this.#store.remove(nameIn(queue));
    this.#authorizer.setResourcePolicy(this.arnOf(queue), null);
  }

  /** @returns the message's id. @throws AwsError for a text that SQS does not take. */
  send(
    queue: string,
    body: string,
    attributes: Record<string, MessageAttribute> = {},
    delaySeconds?: number,
  ): string {
    const { MaximumMessageSize, DelaySeconds } = this.#attributes(queue);
    if (!MESSAGE_TEXT.test(body))
      throw new AwsError(400, "InvalidMessageContents", "The message is empty, or has invalid characters.");
    if (Buffer.byteLength(body + JSON.stringify(attributes)) > Number(MaximumMessageSize))
      throw invalidParameter(`the message must be shorter than ${MaximumMessageSize} bytes`);
    return this.#store.send(nameIn(queue), body, attributes, delaySeconds ?? Number(DelaySeconds));
  }

  /** Waits up to `waitSeconds` for a first message, unless aborted. @param options.count 1 to 10. */
  async receive(
    queue: string,
    options: { count: number; waitSeconds?: number | undefined; hideSeconds?: number | undefined },
    signal?: AbortSignal,
  ): Promise<ReceivedMessage[]> {
    const { VisibilityTimeout, ReceiveMessageWaitTimeSeconds, RedrivePolicy } = this.#attributes(queue);
    const { deadLetterTargetArn, maxReceiveCount } = parseObject(RedrivePolicy || "{}");
    const redrive = this.exists(String(deadLetterTargetArn))
      ? { queue: nameIn(String(deadLetterTargetArn)), maxReceives: Number(maxReceiveCount) }
      : undefined;
    const {
      count,
      waitSeconds = Number(ReceiveMessageWaitTimeSeconds),
      hideSeconds = Number(VisibilityTimeout),
    } = options;
    const wanted = { count, waitSeconds, hideSeconds, redrive };
    const messages = await this.#store.receive(nameIn(queue), wanted, signal);
    return messages.map(toReceived);
  }

  deleteMessage(queue: string, receipt: string): void {
    this.#store.delete(nameIn(queue), receipt);
  }

  /** Hides a message for that long from now on; with 0 puts it back. @returns whether it is in flight. */
  hide(queue: string, receipt: string, seconds: number): boolean {
    return this.#store.hide(nameIn(queue), receipt, seconds);
  }

  /** Ends all waiting for messages in the queue. */
  wake(queue: string): void {
    this.#store.wake(nameIn(queue));
  }

  /** What the queue holds now. */
  depth(queue: string): QueueDepth {
    return this.#store.depth(nameIn(queue));
  }

  /** Makes all that is hidden or delayed visible earlier, as if this time had passed. */
  skip(ms: number): void {
    this.#store.skip(ms);
  }

  /** @returns seconds. */
  visibilityTimeout(queue: string): number {
    return Number(this.#attributes(queue).VisibilityTimeout);
  }

  exists(arn: string): boolean {
    return this.arnOf(arn) === arn && this.#store.find(nameIn(arn)) !== undefined;
  }

  arnOf(queue: string): string {
    return `arn:aws:sqs:${this.#region}:${ACCOUNT_ID}:${nameIn(queue)}`;
  }

  urlOf(queue: string): string {
    return `${this.endpoint}/${ACCOUNT_ID}/${nameIn(queue)}`;
  }

  /** @throws AwsError `QueueDoesNotExist`. */
  #attributes(queue: string): Record<string, string> {
    const found = this.#store.find(nameIn(queue));
    if (!found)
      throw new AwsError(
        400,
        "QueueDoesNotExist",
        `The specified queue does not exist: ${nameIn(queue)}. Create it first.`,
      );
    return { ...INITIAL_ATTRIBUTES, ...found.attributes };
  }

  /** Adds to what is set; an empty text removes. */
  #put(name: string, attributes: Record<string, string>): void {
    checkAttributes(name, attributes, (arn) => this.exists(arn));
    const all = Object.entries({ ...this.#store.find(name)?.attributes, ...attributes });
    this.#store.put(name, Object.fromEntries(all.filter(([, value]) => value !== "")));
    this.#applyPolicy(name);
  }

  #applyPolicy(name: string): void {
    const policy = this.#store.find(name)?.attributes.Policy;
    const document = policy === undefined ? null : (JSON.parse(policy) as PolicyDocument);
    this.#authorizer.setResourcePolicy(this.arnOf(name), document);
  }
}

/** The same operation on up to ten entries, each of which succeeds or fails alone. */
function inBatches({ action, takes, run }: Operation): Operation {
  return {
    action,
    takes: [],
    async run(queues, call) {
      const entries = [call.input.Entries ?? []].flat() as Input[];
      const ids = new Set(entries.map(({ Id }) => Id));
      if (entries.length < 1 || entries.length > 10 || ids.size < entries.length)
        throw invalidParameter("a batch has 1 to 10 entries with different Ids");
      const Successful: unknown[] = [];
      const Failed: unknown[] = [];
      for (const { Id, ...input } of entries) {
        const unknown = Object.keys(input).find((name) => !takes.includes(name));
        try {
          if (unknown) throw notImplemented(`the parameter ${unknown} of ${call.operation}`);
          Successful.push({ Id, ...Object(await run(queues, { ...call, input })) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
        }
      }
      return { Successful, Failed };
    },
  };
}

function toReceived({
  id,
  receipt,
  body,
  attributes,
  sent,
  receives,
  firstReceived,
}: Message): ReceivedMessage {
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: {
      SenderId: ACCOUNT_ID,
      SentTimestamp: String(sent),
      ApproximateReceiveCount: String(receives),
      ApproximateFirstReceiveTimestamp: String(firstReceived),
    },
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  };
}

/** ReceiveMessage answers with no attributes but those asked for. */
function onlyAsked(message: ReceivedMessage, names: string[], attributeNames: string[]): ReceivedMessage {
  const { Attributes = {}, MessageAttributes = {}, ...rest } = message;
  const filter = <T>(all: Record<string, T>, asked: string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isAsked(asked, name)));
  return {
    ...rest,
    Attributes: filter(Attributes, names),
    MessageAttributes: filter(MessageAttributes, attributeNames),
  };
}

function isAsked(asked: readonly string[], name: string): boolean {
  return asked.includes("All") || asked.includes(name);
}

function namesIn(value: unknown): string[] {
  return [value ?? []].flat().map(String);
}

function wholeNumber(input: Input, name: string, least: number, most: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw invalidParameter(`${name} must be ${least} to ${most}, not ${value}`);
}

/** The last part of a queue's URL or ARN, or the name itself. */
function nameIn(queue: string): string {
  return queue.split(/[/:]/).at(-1) ?? "";
}

function parseObject(json: string): Input {
  try {
    return Object(JSON.parse(json));
  } catch (cause) {
    throw new AwsError(400, "SerializationException", `The body is not JSON: ${String(cause)}`);
  }
}

function invalidParameter(why: string): AwsError {
  return new AwsError(400, "InvalidParameterValue", `The request is not valid: ${why}.`);
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
