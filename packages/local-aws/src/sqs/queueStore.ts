import { randomUUID } from "node:crypto";
import type { SQLInputValue } from "node:sqlite";
import type { Storage } from "../storage";

/** A message attribute as SQS's JSON protocol has it. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** A message that was received, until its visibility timeout, by whoever has its receipt. */
export interface Message {
  id: string;
  receipt: string;
  body: string;
  attributes: Record<string, MessageAttribute>;
  /** Milliseconds since 1970, as `firstReceived`. */
  sent: number;
  receives: number;
  firstReceived: number;
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

/** Where messages go that were received too often. */
export interface Redrive {
  queue: string;
  maxReceives: number;
}

/** A row of `sqs_messages`: ready once `visible` has passed; until then in flight, or delayed if it has no receipt. */
interface Row {
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

/** Queues with their messages; queues go by their names. */
export class QueueStore {
  readonly #sql: Storage["sql"];
  /** Polls that wait, by queue: each is to look again, or to give up. */
  readonly #waiting = new Map<string, Set<(again: boolean) => void>>();
  #closed = false;

  constructor({ sql }: Storage) {
    this.#sql = sql;
    // The receivers of these messages ended with the last process, and will not delete them.
    sql("UPDATE sqs_messages SET visible = sent, receipt = NULL WHERE receipt IS NOT NULL").run();
  }

  /** Safe to repeat. @param attributes those that are set, by SQS's names. */
  put(queue: string, attributes: Readonly<Record<string, string>>): void {
    const seconds = Math.floor(Date.now() / 1000);
    this.#run(
      "INSERT INTO sqs_queues VALUES (?1, ?2, ?2, ?3) ON CONFLICT DO UPDATE SET modified = ?2, attributes = ?3",
      queue,
      seconds,
      JSON.stringify(attributes),
    );
  }

  /** Dates in seconds since 1970. */
  find(queue: string): { created: number; modified: number; attributes: Record<string, string> } | undefined {
    const row = this.#sql("SELECT * FROM sqs_queues WHERE name = ?").get(queue);
    return (
      row && {
        created: Number(row.created),
        modified: Number(row.modified),
        attributes: JSON.parse(String(row.attributes)) as Record<string, string>,
      }
    );
  }

  names(): string[] {
    return this.#sql("SELECT name FROM sqs_queues ORDER BY name")
      .all()
      .map(({ name }) => String(name));
  }

  remove(queue: string): void {
    this.#run("DELETE FROM sqs_messages WHERE queue = ?", queue);
    this.#run("DELETE FROM sqs_queues WHERE name = ?", queue);
    this.wake(queue);
  }

  /** @returns the message's id. */
  send(
    queue: string,
    body: string,
    attributes: Record<string, MessageAttribute>,
    delaySeconds: number,
  ): string {
    const id = randomUUID();
    const now = Date.now();
    this.#run(
      "INSERT INTO sqs_messages (queue, id, body, attributes, sent, visible) VALUES (?, ?, ?, ?, ?, ?)",
      queue,
      id,
      body,
      JSON.stringify(attributes),
      now,
      now + delaySeconds * 1000,
    );
    this.#endWaits(queue, true);
    return id;
  }

  /** Takes up to `count` messages; waits up to `waitSeconds` for the first one, unless aborted. */
  async receive(
    queue: string,
    options: { count: number; waitSeconds: number; hideSeconds: number; redrive: Redrive | undefined },
    signal?: AbortSignal,
  ): Promise<Message[]> {
    const end = performance.now() + options.waitSeconds * 1000;
    for (;;) {
      const messages = this.#take(queue, options.count, options.hideSeconds, options.redrive);
      const leftMs = end - performance.now();
      if (messages.length > 0 || leftMs <= 0 || signal?.aborted || this.#closed) return messages;
      if (!(await this.#wait(queue, leftMs))) return [];
    }
  }

  delete(queue: string, receipt: string): void {
    this.#run("DELETE FROM sqs_messages WHERE queue = ? AND receipt = ?", queue, receipt);
  }

  /** @returns whether the message is in flight. */
  hide(queue: string, receipt: string, seconds: number): boolean {
    const now = Date.now();
    const { changes } = this.#run(
      "UPDATE sqs_messages SET visible = ? WHERE queue = ? AND receipt = ? AND visible > ?",
      now + seconds * 1000,
      queue,
      receipt,
      now,
    );
    this.#endWaits(queue, true);
    return changes > 0;
  }

  depth(queue: string): QueueDepth {
    const now = Date.now();
    const rows = this.#rows("SELECT visible, receipt FROM sqs_messages WHERE queue = ? ORDER BY seq", queue);
    const hidden = rows.filter(({ visible }) => visible > now);
    return {
      ready: rows.length - hidden.length,
      delayed: hidden.flatMap(({ receipt, visible }) => (receipt === null ? [visible - now] : [])),
      inFlight: hidden.flatMap(({ receipt, visible }) =>
        receipt === null ? [] : [{ receiptHandle: receipt, hiddenMs: visible - now }],
      ),
    };
  }

  /** Makes all that is hidden or delayed visible earlier, as if this time had passed. */
  skip(ms: number): void {
    this.#run("UPDATE sqs_messages SET visible = visible - ? WHERE visible > ?", ms, Date.now());
    for (const queue of this.#waiting.keys()) this.#endWaits(queue, true);
  }

  /** Ends all waiting for messages of the queue. */
  wake(queue: string): void {
    this.#endWaits(queue, false);
  }

  /** Ends all waiting for messages. */
  close(): void {
    this.#closed = true;
    for (const queue of this.#waiting.keys()) this.wake(queue);
  }

  #take(queue: string, count: number, hideSeconds: number, redrive: Redrive | undefined): Message[] {
    const messages: Message[] = [];
    while (messages.length < count) {
      const now = Date.now();
      const rows = this.#rows(
        "SELECT * FROM sqs_messages WHERE queue = ? AND visible <= ? ORDER BY visible, seq LIMIT ?",
        queue,
        now,
        count - messages.length,
      );
      if (rows.length === 0) break;
      for (const row of rows) {
        if (redrive && row.receives >= redrive.maxReceives) {
          this.#run(
            "UPDATE sqs_messages SET queue = ?, receipt = NULL, receives = receives + 1 WHERE seq = ?",
            redrive.queue,
            row.seq,
          );
          this.#endWaits(redrive.queue, true);
        } else messages.push(this.#handOut(row, now, hideSeconds));
      }
    }
    return messages;
  }

  #handOut(row: Row, now: number, hideSeconds: number): Message {
    const { id, body, sent } = row;
    const receipt = randomUUID();
    const receives = row.receives + 1;
    const firstReceived = row.first_received ?? now;
    this.#run(
      "UPDATE sqs_messages SET receipt = ?, receives = ?, first_received = ?, visible = ? WHERE seq = ?",
      receipt,
      receives,
      firstReceived,
      now + hideSeconds * 1000,
      row.seq,
    );
    const attributes = JSON.parse(row.attributes) as Message["attributes"];
    return { id, receipt, body, attributes, sent, receives, firstReceived };
  }

  /** Until something may have become visible in the queue (true), or nobody is to wait any longer (false). */
  async #wait(queue: string, ms: number): Promise<boolean> {
    const waits = this.#waiting.get(queue) ?? new Set();
    this.#waiting.set(queue, waits);
    const now = Date.now();
    const next = this.#sql("SELECT MIN(visible) AS next FROM sqs_messages WHERE queue = ?").get(queue)?.next;
    const nextMs = next === null ? ms : Math.max(1, Number(next) - now);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, Math.min(ms, nextMs), true);
    waits.add(resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waits.delete(resolve);
    }
  }

  #endWaits(queue: string, again: boolean): void {
    for (const end of this.#waiting.get(queue) ?? []) end(again);
  }

  #run(sql: string, ...parameters: SQLInputValue[]) {
    return this.#sql(sql).run(...parameters);
  }

  #rows(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#sql(sql).all(...parameters) as unknown as Row[];
  }
}
