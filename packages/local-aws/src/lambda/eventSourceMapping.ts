import { setTimeout as wait } from "node:timers/promises";
import type { Activity } from "../activity";
import { badRequest } from "../awsProtocol";
import type { Clock } from "../clock";
import { allEnded } from "../closeAll";
import type { EventSourceMapping } from "../cloud";
import type { Authorizer } from "../iam/authorization";
import type { ReceivedMessage } from "../sqs/messages";
import type { Queues } from "../sqs/queues";
import type { Functions } from "./functions";

/** The actions that a mapping performs on its queue with the function's role. */
const NEEDED_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
/** SQS's longest long poll. */
const POLL_SECONDS = 20;
/** SQS returns at most ten messages per call. */
const RECEIVE_LIMIT = 10;
/** Lambda starts with five concurrent batches. */
const DEFAULT_CONCURRENCY = 5;
/** The pause after a poll that the role does not permit. */
const REFUSED_PAUSE_MS = 500;

/** The parts of the cloud that a mapping needs. */
export interface MappingParts {
  queues: Queues;
  functions: Functions;
  authorizer: Authorizer;
  activity: Activity;
  clock: Clock;
  region: string;
}

/** An open batching window: its batch waits for more messages until the clock reaches `end`. */
interface Window {
  readonly batch: readonly ReceivedMessage[];
  readonly end: number;
}

/**
 * Lambda's poller for one queue: gathers messages into batches, invokes the function with each batch, and deletes the
 * messages that succeeded. The rest become visible again after the queue's visibility timeout.
 */
export class Poller {
  readonly #parts: MappingParts;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Receipts of messages that failed: they stay in flight until their visibility timeout, then are retried. */
  readonly #failed = new Set<string>();
  /** Batches whose messages could not be deleted. */
  readonly #broken: Promise<void>[] = [];
  readonly #loop: Promise<void>;
  #window: Window | undefined;
  mapping: EventSourceMapping;

  constructor(mapping: EventSourceMapping, parts: MappingParts) {
    this.mapping = mapping;
    this.#parts = parts;
    this.#loop = this.#poll();
    // `stop` reports the loop's error; until then, an unhandled rejection must not end the process.
    this.#loop.catch(() => {});
  }

  /** Whether the function failed on the message with this receipt. */
  hasFailed(receiptHandle: string): boolean {
    return this.#failed.has(receiptHandle);
  }

  /** Whether the message with this receipt is in the batch whose window is still open. */
  holds(receiptHandle: string): boolean {
    return this.#window?.batch.some((message) => message.ReceiptHandle === receiptHandle) ?? false;
  }

  /** The clock time at which the open batching window ends; undefined if no window is open. */
  get windowEnd(): number | undefined {
    return this.#window?.end;
  }

  /** Resolves after the last batch. @throws AggregateError of every earlier failure to use the queue. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#parts.queues.wake(this.mapping.queueArn);
    const ending = [this.#loop, ...this.#running, ...this.#broken];
    await allEnded(ending, `Polling ${this.mapping.queueArn} failed`);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const concurrency = this.mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY;
      if (this.#running.size >= concurrency) {
        await Promise.race(this.#running);
        continue;
      }
      const batch = await this.#gather();
      if (batch.length === 0) continue;
      if (!signal.aborted) this.#dispatch(batch);
      else
        for (const { ReceiptHandle } of batch)
          this.#parts.queues.hide(this.mapping.queueArn, ReceiptHandle, 0);
    }
  }

  /** One batch: up to the batch size, or everything that arrives within the window opened by its first message. */
  async #gather(): Promise<ReceivedMessage[]> {
    const { clock } = this.#parts;
    const { batchSize, maximumBatchingWindowSeconds } = this.mapping;
    const batch = await this.#receive(batchSize, POLL_SECONDS);
    const end = clock.now() + maximumBatchingWindowSeconds * 1000;
    if (batch.length > 0) this.#window = { batch, end };
    while (batch.length > 0 && batch.length < batchSize && !this.#stopped.signal.aborted) {
      const secondsLeft = (end - clock.now()) / 1000;
      if (secondsLeft <= 0) break;
      batch.push(...(await this.#receive(batchSize - batch.length, secondsLeft)));
    }
    this.#window = undefined;
    return batch;
  }

  async #receive(count: number, waitSeconds: number): Promise<ReceivedMessage[]> {
    const { queues } = this.#parts;
    const { queueArn } = this.mapping;
    if (queues.exists(queueArn) && !(await missingPermission(this.mapping, this.#parts))) {
      const wanted = {
        count: Math.min(count, RECEIVE_LIMIT),
        waitSeconds: Math.min(waitSeconds, POLL_SECONDS),
      };
      return queues.receive(queueArn, wanted, this.#stopped.signal);
    }
    await wait(REFUSED_PAUSE_MS, undefined, { signal: this.#stopped.signal }).catch(() => {});
    return [];
  }

  #dispatch(batch: ReceivedMessage[]): void {
    const done = this.#parts.activity.begin(
      `a batch of ${batch.length} for function ${this.mapping.functionName}`,
    );
    const running: Promise<void> = this.#process(batch).finally(() => {
      done();
      this.#running.delete(running);
    });
    running.catch(() => this.#broken.push(running));
    this.#running.add(running);
  }

  async #process(batch: ReceivedMessage[]): Promise<void> {
    const { queues, functions, region } = this.#parts;
    const { queueArn, functionName, reportBatchItemFailures } = this.mapping;
    const Records = batch.map((message) => toRecord(message, queueArn, region));
    let failed: ReadonlySet<string>;
    try {
      const result = await functions.invoke(functionName, { Records }, "queue");
      failed = reportBatchItemFailures ? failedIds(result, batch) : new Set();
    } catch {
      // An `invoked` event reports the error. The whole batch has failed.
      failed = new Set(batch.map(({ MessageId }) => MessageId));
    }
    for (const message of batch) {
      if (failed.has(message.MessageId)) this.#failed.add(message.ReceiptHandle);
      else queues.deleteMessage(queueArn, message.ReceiptHandle);
    }
  }
}

/** The action that the function's role lacks for polling, or nothing. */
async function missingPermission(
  mapping: EventSourceMapping,
  { functions, authorizer }: MappingParts,
): Promise<string | undefined> {
  const { principal } = functions.describe(mapping.functionName);
  for (const action of NEEDED_ACTIONS) {
    if (!(await authorizer.isAllowed(principal, action, mapping.queueArn))) return action;
  }
  return undefined;
}

/**
 * The messages that the function reports as failed. Without a report, all succeeded. A malformed report, or one with
 * an unknown message, fails the whole batch
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
function failedIds(result: unknown, batch: readonly ReceivedMessage[]): ReadonlySet<string> {
  const all = new Set(batch.map(({ MessageId }) => MessageId));
  if (result === null || result === undefined) return new Set();
  if (typeof result !== "object") return all;
  const failures = (result as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id): id is string => typeof id === "string" && all.has(id)) ? new Set(ids) : all;
}

/** @throws AwsError `InvalidParameterValueException` for a mapping that Lambda would refuse. */
export async function checkMapping(mapping: EventSourceMapping, parts: MappingParts): Promise<void> {
  const {
    queueArn,
    functionName,
    batchSize,
    maximumBatchingWindowSeconds: window,
    maximumConcurrency: concurrency,
  } = mapping;
  const fail = (why: string): never => {
    throw badRequest(
      "InvalidParameterValueException",
      `${queueArn} cannot be an event source of function ${functionName}: ${why}.`,
    );
  };
  if (!(batchSize >= 1 && batchSize <= 10_000)) fail(`the batch size must be 1 to 10000, not ${batchSize}`);
  if (!(window >= 0 && window <= 300)) fail(`the batching window must be 0 to 300 seconds, not ${window}`);
  if (batchSize > 10 && window < 1)
    fail("a batch size above 10 needs a batching window of at least 1 second");
  if (concurrency !== undefined && !(concurrency >= 2 && concurrency <= 1000))
    fail(`the maximum concurrency must be 2 to 1000, not ${concurrency}`);
  if (!parts.queues.exists(queueArn)) fail("the queue does not exist");
  const { timeoutSeconds } = parts.functions.describe(functionName);
  const visibility = Number(parts.queues.attributesOf(queueArn).VisibilityTimeout);
  if (visibility < timeoutSeconds)
    fail(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
  const missing = await missingPermission(mapping, parts);
  if (missing) fail(`the function's execution role does not have permissions to call ${missing} on it`);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function toRecord(message: ReceivedMessage, queueArn: string, region: string) {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(
        ([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          {
            stringValue: StringValue,
            binaryValue: BinaryValue,
            stringListValues: [],
            binaryListValues: [],
            dataType: DataType,
          },
        ],
      ),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
