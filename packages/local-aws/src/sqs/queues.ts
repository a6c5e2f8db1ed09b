import { AwsError, type AwsRequest, type AwsResponse, notImplemented } from "../awsProtocol";
import { CloudError, type PolicyDocument } from "../cloud";
import type { Authorizer } from "../iam/authorization";
import type { Principal } from "../iam/identity";
import { checkPolicy } from "../iam/policyCheck";
import { ACCOUNT_ID, type Storage } from "../s3/storage";

/** A message as ReceiveMessage answers it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;
}

/** What a queue holds. */
export interface QueueDepth {
  /** How many messages are visible. */
  ready: number;
  /** For each message that was sent with a delay, how long it is still delayed, in milliseconds. */
  delayed: number[];
  /** The messages that somebody has received and not deleted, and how long they stay hidden. */
  inFlight: { receiptHandle: string; hiddenMs: number }[];
}

/** SQS's data plane and the action that each operation needs; everything else is refused. */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessage: "sqs:SendMessage",
  SendMessageBatch: "sqs:SendMessage",
  ReceiveMessage: "sqs:ReceiveMessage",
  DeleteMessage: "sqs:DeleteMessage",
  DeleteMessageBatch: "sqs:DeleteMessage",
  ChangeMessageVisibility: "sqs:ChangeMessageVisibility",
  ChangeMessageVisibilityBatch: "sqs:ChangeMessageVisibility",
  GetQueueAttributes: "sqs:GetQueueAttributes",
  GetQueueUrl: "sqs:GetQueueUrl",
  ListQueues: "sqs:ListQueues",
  PurgeQueue: "sqs:PurgeQueue",
};

/** One SQS request, understood. */
export interface SqsCall {
  operation: string;
  /** The queue's name; empty for ListQueues. */
  queue: string;
  input: Record<string, unknown>;
}

/** Queues: SQS's data plane as fauxqs has it, and their control plane. */
export class Queues {
  readonly #storage: Storage;
  readonly #authorizer: Authorizer;
  readonly #region: string;
  /** Base address of queue URLs; known when the gateway listens. */
  endpoint = "";

  constructor(storage: Storage, authorizer: Authorizer, region: string) {
    this.#storage = storage;
    this.#authorizer = authorizer;
    this.#region = region;
    for (const queue of storage.queues.allQueues()) this.#applyPolicy(queue.arn, queue.attributes.Policy);
  }

  /** @throws AwsError `NotImplemented`, `InvalidAddress`, `SerializationException`. */
  parse(request: AwsRequest): SqsCall {
    const operation = request.headers["x-amz-target"]?.replace(/^AmazonSQS\./, "") ?? "";
    if (!Object.hasOwn(ACTIONS, operation)) throw notImplemented(`the SQS operation ${operation}`);
    const input = parseObject(request.body);
    const queue =
      String(input.QueueName ?? input.QueueUrl ?? "")
        .split("/")
        .at(-1) ?? "";
    return { operation, queue, input };
  }

  async handle({ operation, queue, input }: SqsCall, principal: Principal): Promise<AwsResponse> {
    const resource = operation === "ListQueues" ? "*" : this.arnOf(queue);
    await this.#authorizer.require(principal, ACTIONS[operation] ?? "", resource);
    const answer = await this.#storage.sqs(operation, input);
    return {
      status: answer.status,
      headers: { ...answer.headers, "content-type": "application/x-amz-json-1.0" },
      body: this.#withLocalUrls(answer.body),
    };
  }

  async create(name: string, attributes: Record<string, string>): Promise<{ url: string; arn: string }> {
    this.#checkAttributes(name, attributes);
    const arn = this.arnOf(name);
    // To create what is there with other attributes is an error on SQS; to put it is not.
    if (this.exists(arn)) {
      await this.setAttributes(this.#urlOf(name), attributes);
    } else {
      await this.#call("CreateQueue", { QueueName: name, Attributes: attributes });
      this.#applyPolicy(arn, attributes.Policy);
    }
    return { url: this.#urlOf(name), arn };
  }

  async setAttributes(url: string, attributes: Record<string, string>): Promise<void> {
    const name = nameIn(url);
    this.#checkAttributes(name, attributes);
    await this.#call("SetQueueAttributes", { QueueUrl: this.#urlOf(name), Attributes: attributes });
    if (attributes.Policy !== undefined) this.#applyPolicy(this.arnOf(name), attributes.Policy);
  }

  /** By SQS's own names, or nothing where there is no such queue. */
  attributesOf(url: string): Record<string, string> | undefined {
    return this.#storage.queues.getQueueByArn(this.arnOf(nameIn(url)))?.getAllAttributes(["All"]);
  }

  names(): string[] {
    return [...this.#storage.queues.allQueues()].map(({ name }) => name);
  }

  async delete(url: string): Promise<void> {
    const arn = this.arnOf(nameIn(url));
    const queue = this.#storage.queues.getQueueByArn(arn);
    if (queue) this.#storage.queues.deleteQueue(queue.url);
    this.#authorizer.setResourcePolicy(arn, null);
  }

  async send(arn: string, body: string): Promise<void> {
    await this.#call("SendMessage", { QueueUrl: this.#urlOf(nameIn(arn)), MessageBody: body });
  }

  /** Waits up to `waitSeconds` for a first message. @param count 1 to 10. */
  async receive(arn: string, count: number, waitSeconds: number): Promise<ReceivedMessage[]> {
    const answer = await this.#call("ReceiveMessage", {
      QueueUrl: this.#urlOf(nameIn(arn)),
      MaxNumberOfMessages: count,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (answer.Messages as ReceivedMessage[] | undefined) ?? [];
  }

  async deleteMessage(arn: string, receiptHandle: string): Promise<void> {
    await this.#call("DeleteMessage", { QueueUrl: this.#urlOf(nameIn(arn)), ReceiptHandle: receiptHandle });
  }

  /** Puts a message back at once. */
  async release(arn: string, receiptHandle: string): Promise<void> {
    await this.#call("ChangeMessageVisibility", {
      QueueUrl: this.#urlOf(nameIn(arn)),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: 0,
    });
  }

  /** Ends all waiting for messages in the queue. */
  wake(arn: string): void {
    this.#storage.queues.getQueueByArn(arn)?.cancelWaiters();
  }

  /** What the queue holds now. @throws CloudError when there is no such queue. */
  depth(arn: string): QueueDepth {
    const { ready, delayed, inflight } = this.#require(arn).inspectMessages();
    const now = Date.now();
    return {
      ready: ready.length,
      delayed: delayed.map(({ delayUntil = now }) => delayUntil - now),
      inFlight: inflight.map(({ receiptHandle, visibilityDeadline }) => {
        return { receiptHandle, hiddenMs: visibilityDeadline - now };
      }),
    };
  }

  /** Makes all that is hidden or delayed visible earlier, as if this time had passed. */
  skip(ms: number): void {
    const now = Date.now();
    for (const queue of this.#storage.queues.allQueues()) {
      const { delayed, inflight } = queue.inspectMessages();
      // Only this may be changed in place: the messages are fauxqs' own.
      for (const message of delayed) if (message.delayUntil !== undefined) message.delayUntil -= ms;
      for (const { receiptHandle, visibilityDeadline } of inflight)
        queue.changeVisibility(receiptHandle, Math.max(0, visibilityDeadline - now - ms) / 1000);
      queue.processTimers();
    }
  }

  /** @returns seconds. */
  visibilityTimeout(arn: string): number {
    return Number(this.#require(arn).attributes.VisibilityTimeout);
  }

  exists(arn: string): boolean {
    return this.#storage.queues.getQueueByArn(arn) !== undefined;
  }

  arnOf(name: string): string {
    return `arn:aws:sqs:${this.#region}:${ACCOUNT_ID}:${name}`;
  }

  #require(arn: string) {
    const queue = this.#storage.queues.getQueueByArn(arn);
    if (!queue) throw new CloudError(`There is no queue ${arn}: create it first.`);
    return queue;
  }

  #urlOf(name: string): string {
    return `${this.endpoint}/${ACCOUNT_ID}/${name}`;
  }

  /** fauxqs would take these without a look. */
  #checkAttributes(name: string, attributes: Record<string, string>): void {
    if (attributes.Policy)
      checkPolicy(JSON.parse(attributes.Policy) as PolicyDocument, "resource", `the policy of queue ${name}`);
    if (!attributes.RedrivePolicy) return;
    const { deadLetterTargetArn, maxReceiveCount } = parseObject(Buffer.from(attributes.RedrivePolicy));
    if (typeof deadLetterTargetArn !== "string" || !this.exists(deadLetterTargetArn)) {
      throw new AwsError(
        400,
        "InvalidParameterValue",
        `The RedrivePolicy of queue ${name} is not valid: the dead-letter queue ${deadLetterTargetArn} does not exist.`,
      );
    }
    if (!(Number(maxReceiveCount) >= 1 && Number(maxReceiveCount) <= 1000)) {
      throw new AwsError(
        400,
        "InvalidParameterValue",
        `maxReceiveCount of queue ${name} must be 1 to 1000, not ${maxReceiveCount}.`,
      );
    }
  }

  #applyPolicy(arn: string, policy: string | undefined): void {
    this.#authorizer.setResourcePolicy(arn, policy ? (JSON.parse(policy) as PolicyDocument) : null);
  }

  async #call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = await this.#storage.sqs(action, input);
    const output = JSON.parse(answer.body) as Record<string, unknown>;
    if (answer.status === 200) return output;
    throw new AwsError(
      answer.status,
      String(output.__type).split("#").at(-1) ?? "",
      `${action} ${JSON.stringify(input)}: ${output.message}`,
    );
  }

  /** fauxqs writes a host of its own into queue URLs, and after a restart the port of before. */
  #withLocalUrls(body: string): string {
    return JSON.stringify(JSON.parse(body), (name, value) => {
      if (name === "QueueUrl") return this.#urlOf(nameIn(String(value)));
      return name === "QueueUrls" && Array.isArray(value)
        ? value.map((url) => this.#urlOf(nameIn(String(url))))
        : value;
    });
  }
}

/** The queue's name, the last part of its URL or ARN. */
function nameIn(urlOrArn: string): string {
  return urlOrArn.split(/[/:]/).at(-1) ?? "";
}

function parseObject(json: Buffer): Record<string, unknown> {
  try {
    return Object(JSON.parse(json.toString()));
  } catch (cause) {
    throw new AwsError(400, "SerializationException", `The body is not JSON: ${String(cause)}`);
  }
}
