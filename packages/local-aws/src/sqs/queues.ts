import { createHash, randomUUID } from "node:crypto";
import type { SQLInputValue } from "node:sqlite";
import { ACCOUNT_ID, badRequest } from "../awsProtocol";
import type { PolicyDocument } from "../cloud";
import type { Authorizer } from "../iam/authorization";
import type { Storage } from "../storage";
import type { MessageAttribute, MessageRow, QueueDepth, ReceivedMessage } from "./messages";
import { Polls } from "./polls";
import { checkAttributes, INITIAL_ATTRIBUTES } from "./queueAttributes";

/** The characters that SQS allows in a message. */
const MESSAGE_TEXT = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u;

/** SQS's queues and their messages. Methods accept a queue's name, URL or ARN. */
export class Queues {
  readonly #sql: Storage["sql"];
  readonly #authorizer: Authorizer;
  readonly #region: string;
  readonly #polls = new Polls();
  /** Base address of queue URLs; known once the gateway listens. */
  endpoint = "";

  constructor({ sql }: Storage, authorizer: Authorizer, region: string) {
    this.#sql = sql;
    this.#authorizer = authorizer;
    this.#region = region;
    // The receivers of these messages ended with the previous process and will not delete them.
    sql("UPDATE sqs_messages SET visible = sent, receipt = NULL WHERE receipt IS NOT NULL").run();
    for (const name of this.names()) this.#applyPolicy(name);
  }

  /** Creates the queue, or updates the given attributes of an existing one; an empty text removes an attribute. */
  put(queue: string, attributes: Record<string, string>): { url: string; arn: string } {
    const name = nameIn(queue);
    checkAttributes(name, attributes, (arn) => this.exists(arn));
    const all = Object.entries({ ...this.#find(name)?.set, ...attributes });
    this.#run(
      "INSERT INTO sqs_queues VALUES (?1, ?2, ?2, ?3) ON CONFLICT DO UPDATE SET modified = ?2, attributes = ?3",
      name,
      Math.floor(Date.now() / 1000),
      JSON.stringify(Object.fromEntries(all.filter(([, value]) => value !== ""))),
    );
    this.#applyPolicy(name);
    return { url: this.urlOf(name), arn: this.arnOf(name) };
  }

  delete(queue: string): void {
    this.#run("DELETE FROM sqs_messages WHERE queue = ?", nameIn(queue));
    this.#run("DELETE FROM sqs_queues WHERE name = ?", nameIn(queue));
    this.#authorizer.setResourcePolicy(this.arnOf(queue), null);
    this.wake(queue);
  }

  /** The queue's attributes, with defaults, and its dates in seconds since 1970. @throws AwsError `QueueDoesNotExist`. */
  requireQueue(queue: string): { created: number; modified: number; attributes: Record<string, string> } {
    const found = this.#find(queue);
    if (!found)
      throw badRequest("QueueDoesNotExist", `The queue ${nameIn(queue)} does not exist: create it first.`);
    return { ...found, attributes: { ...INITIAL_ATTRIBUTES, ...found.set } };
  }

  /** Attributes by SQS's names. @throws AwsError `QueueDoesNotExist`. */
  attributesOf(queue: string): Record<string, string> {
    const { created, modified, attributes } = this.requireQueue(queue);
    const { ready, delayed, inFlight } = this.depth(queue);
    return {
      ...attributes,
      QueueArn: this.arnOf(queue),
      ApproximateNumberOfMessages: String(ready),
      ApproximateNumberOfMessagesDelayed: String(delayed.length),
      ApproximateNumberOfMessagesNotVisible: String(inFlight.length),
      CreatedTimestamp: String(created),
      LastModifiedTimestamp: String(modified),
    };
  }

  names(): string[] {
    return this.#sql("SELECT name FROM sqs_queues ORDER BY name")
      .all()
      .map(({ name }) => String(name));
  }

  exists(queue: string): boolean {
    return this.#find(queue) !== undefined;
  }

  arnOf(queue: string): string {
    return `arn:aws:sqs:${this.#region}:${ACCOUNT_ID}:${nameIn(queue)}`;
  }

  urlOf(queue: string): string {
    return `${this.endpoint}/${ACCOUNT_ID}/${nameIn(queue)}`;
  }

  /** @returns the message's id. @throws AwsError for a text that SQS does not accept. */
  send(
    queue: string,
    body: string,
    attributes: Record<string, MessageAttribute> = {},
    delaySeconds?: number,
  ): string {
    const { MaximumMessageSize, DelaySeconds } = this.requireQueue(queue).attributes;
    const size = Buffer.byteLength(body + JSON.stringify(attributes));
    if (!MESSAGE_TEXT.test(body) || size > Number(MaximumMessageSize))
      throw badRequest(
        "InvalidMessageContents",
        `The message is empty, has invalid characters, or is longer than ${MaximumMessageSize} bytes.`,
      );
    const id = randomUUID();
    const now = Date.now();
    this.#run(
      "INSERT INTO sqs_messages (queue, id, body, attributes, sent, visible) VALUES (?, ?, ?, ?, ?, ?)",
      nameIn(queue),
      id,
      body,
      JSON.stringify(attributes),
      now,
      now + (delaySeconds ?? Number(DelaySeconds)) * 1000,
    );
    this.#polls.end(nameIn(queue), true);
    return id;
  }

  /** Receives up to `count` messages; waits up to `waitSeconds` for the first one, unless aborted. */
  async receive(
    queue: string,
    options: { count: number; waitSeconds?: number | undefined; hideSeconds?: number | undefined },
    signal?: AbortSignal,
  ): Promise<ReceivedMessage[]> {
    const { attributes } = this.requireQueue(queue);
    const waitSeconds = options.waitSeconds ?? Number(attributes.ReceiveMessageWaitTimeSeconds);
    const end = performance.now() + waitSeconds * 1000;
    for (;;) {
      const messages = this.#take(queue, options.count, options.hideSeconds);
      const leftMs = end - performance.now();
      if (messages.length > 0 || leftMs <= 0 || signal?.aborted || this.#polls.closed) return messages;
      if (!(await this.#wait(queue, leftMs))) return [];
    }
  }

  deleteMessage(queue: string, receipt: string): void {
    this.#run("DELETE FROM sqs_messages WHERE queue = ? AND receipt = ?", nameIn(queue), receipt);
  }

  /** Hides a message for this long from now on; 0 makes it visible. @returns whether it was in flight. */
  hide(queue: string, receipt: string, seconds: number): boolean {
    const now = Date.now();
    const { changes } = this.#run(
      "UPDATE sqs_messages SET visible = ? WHERE queue = ? AND receipt = ? AND visible > ?",
      now + seconds * 1000,
      nameIn(queue),
      receipt,
      now,
    );
    this.#polls.end(nameIn(queue), true);
    return changes > 0;
  }

  /** The messages in the queue now. */
  depth(queue: string): QueueDepth {
    const now = Date.now();
    const rows = this.#rows("SELECT visible, receipt FROM sqs_messages WHERE queue = ?", nameIn(queue));
    const hidden = rows.filter(({ visible }) => visible > now);
    return {
      ready: rows.length - hidden.length,
      delayed: hidden.flatMap(({ receipt, visible }) => (receipt === null ? [visible - now] : [])),
      inFlight: hidden.flatMap(({ receipt, visible }) =>
        receipt === null ? [] : [{ receiptHandle: receipt, hiddenMs: visible - now }],
      ),
    };
  }

  /** Makes all hidden and delayed messages visible earlier, as if this time had passed. */
  skip(ms: number): void {
    this.#run("UPDATE sqs_messages SET visible = visible - ? WHERE visible > ?", ms, Date.now());
    this.#polls.endAll(true);
  }

  /** Ends all long polls of the queue. */
  wake(queue: string): void {
    this.#polls.end(nameIn(queue), false);
  }

  /** Ends all long polls. */
  close(): void {
    this.#polls.close();
  }

  /** Receives messages; those that were received too often go to the dead-letter queue instead. */
  #take(queue: string, count: number, hideSeconds?: number): ReceivedMessage[] {
    const { VisibilityTimeout, RedrivePolicy } = this.#find(queue)?.set ?? {};
    const { deadLetterTargetArn: dead, maxReceiveCount } = JSON.parse(RedrivePolicy ?? "{}");
    const hiddenMs =
      (hideSeconds ?? Number(VisibilityTimeout ?? INITIAL_ATTRIBUTES.VisibilityTimeout)) * 1000;
    const messages: ReceivedMessage[] = [];
    // A message that is not hidden at all would be found again at once.
    const taken: number[] = [];
    while (messages.length < count) {
      const [row] = this.#rows(
        `SELECT * FROM sqs_messages WHERE queue = ? AND visible <= ?
          AND seq NOT IN (SELECT value FROM json_each(?)) ORDER BY visible, seq LIMIT 1`,
        nameIn(queue),
        Date.now(),
        JSON.stringify(taken),
      );
      if (!row) break;
      taken.push(row.seq);
      if (row.receives >= Number(maxReceiveCount) && this.exists(dead)) {
        const move =
          "UPDATE sqs_messages SET queue = ?, receipt = NULL, receives = receives + 1 WHERE seq = ?";
        this.#run(move, nameIn(dead), row.seq);
        this.#polls.end(nameIn(dead), true);
      } else messages.push(this.#handOut(row, hiddenMs));
    }
    return messages;
  }

  #handOut({ seq, id, body, attributes, sent, receives, first_received }: MessageRow, hiddenMs: number) {
    const receipt = randomUUID();
    const now = Date.now();
    this.#run(
      "UPDATE sqs_messages SET receipt = ?, receives = ?, first_received = ?, visible = ? WHERE seq = ?",
      receipt,
      receives + 1,
      first_received ?? now,
      now + hiddenMs,
      seq,
    );
    return {
      MessageId: id,
      ReceiptHandle: receipt,
      Body: body,
      MD5OfBody: md5(body),
      Attributes: {
        SenderId: ACCOUNT_ID,
        SentTimestamp: String(sent),
        ApproximateReceiveCount: String(receives + 1),
        ApproximateFirstReceiveTimestamp: String(first_received ?? now),
      },
      MessageAttributes: JSON.parse(attributes) as ReceivedMessage["MessageAttributes"],
    };
  }

  /** Resolves with true when a message may have become visible, or with false when the poll should end. */
  #wait(queue: string, ms: number): Promise<boolean> {
    const name = nameIn(queue);
    const next = this.#sql("SELECT MIN(visible) AS next FROM sqs_messages WHERE queue = ?").get(name)?.next;
    const nextMs = next === null ? ms : Math.max(1, Number(next) - Date.now());
    return this.#polls.wait(name, Math.min(ms, nextMs));
  }

  /** The attributes set on the queue, and its dates in seconds since 1970. */
  #find(queue: string): { created: number; modified: number; set: Record<string, string> } | undefined {
    const row = this.#sql("SELECT * FROM sqs_queues WHERE name = ?").get(nameIn(queue));
    const { created, modified, attributes } = row ?? {};
    return (
      row && { created: Number(created), modified: Number(modified), set: JSON.parse(String(attributes)) }
    );
  }

  #applyPolicy(name: string): void {
    const policy = this.#find(name)?.set.Policy;
    const document = policy === undefined ? null : (JSON.parse(policy) as PolicyDocument);
    this.#authorizer.setResourcePolicy(this.arnOf(name), document);
  }

  #run(sql: string, ...parameters: SQLInputValue[]) {
    return this.#sql(sql).run(...parameters);
  }

  #rows(sql: string, ...parameters: SQLInputValue[]): MessageRow[] {
    return this.#sql(sql).all(...parameters) as unknown as MessageRow[];
  }
}

/** In hexadecimal. */
export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** The last part of a queue's URL or ARN, or the name itself. */
export function nameIn(queue: string): string {
  return queue.split(/[/:]/).at(-1) ?? "";
}
