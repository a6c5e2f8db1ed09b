import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { EventSourceMapping, PolicyDocument } from "../../src/cloud";
import { type LocalServer, listen } from "../../src/httpServer";
import { allow, expectError, type Fixture, newFunction, receiveAll } from "./support";

const POLL = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Every function here first reports its input to the test. */
const TELL = `await fetch(process.env.TELL, { method: "POST", body: JSON.stringify(Records) });`;
/** Some clouds poll their mappings only every five seconds. */
const WITHIN_MS = 15_000;

/** Fails the messages that say so; throws on demand. */
const WORKER = `exports.handler = async ({ Records }) => {
  ${TELL}
  if (Records.some(({ body }) => body === "throw")) throw new Error("as asked");
  const failed = Records.filter(({ body }) => body.startsWith("poison"));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}`;

/** A message as the function receives it. */
type SeenRecord = Record<string, unknown>;

/** Event source mappings: from a queue to a function. */
export function queuesContract(fixture: () => Fixture): void {
  /** The functions report their inputs here, each at its own path. */
  let listener: LocalServer;
  const told = new Map<string, SeenRecord[][]>();

  /** A queue with a dead-letter queue, polled for a function, and the batches that the function was invoked with. */
  async function polled(
    source: string,
    options: Partial<EventSourceMapping> & {
      maxReceiveCount?: number;
      visibilityTimeout?: number;
      policy?: (arn: string) => PolicyDocument;
    } = {},
  ) {
    const { cloud, name, visibilityTimeout } = fixture();
    const dead = await cloud.createQueue(name("dead"), {});
    const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: options.maxReceiveCount ?? 2 };
    const queue = await cloud.createQueue(name("queue"), {
      VisibilityTimeout: String(options.visibilityTimeout ?? visibilityTimeout),
      RedrivePolicy: JSON.stringify(redrive),
    });
    const policy = (options.policy ?? ((arn) => allow(POLL, arn)))(queue.arn);
    const path = `/${name("worker")}`;
    const environment = { TELL: listener.address + path };
    const worker = await newFunction(fixture(), source, {
      timeoutSeconds: visibilityTimeout,
      policy,
      environment,
    });
    // A cold start must not use up the time before the messages become visible again.
    await cloud.invoke(worker.name, { Records: [] });
    const batches: SeenRecord[][] = [];
    told.set(path, batches);
    const { maxReceiveCount: _count, visibilityTimeout: _timeout, policy: _policy, ...mapping } = options;
    const defaults = { batchSize: 10, maximumBatchingWindowSeconds: 0, reportBatchItemFailures: true };
    const map = () =>
      cloud.putEventSourceMapping({
        queueArn: queue.arn,
        functionName: worker.name,
        ...defaults,
        ...mapping,
      });
    return { queue, dead, worker, batches, map };
  }

  async function sendAll(url: string, bodies: string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await fixture().sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  }

  describe("event source mappings", function () {
    this.timeout(60_000);

    before(async () => {
      listener = await listen(async ({ path, body }) => {
        told.get(path)?.push(JSON.parse(body.toString()) as SeenRecord[]);
        return { status: 204, headers: {} };
      });
    });
    after(() => listener?.close());

    it("passes SQS's event to the function and deletes handled messages", async () => {
      const { cloud, sqs } = fixture();
      const { queue, batches, map } = await polled(WORKER);
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "hello" }));
      const { uuid } = await map();
      await cloud.settled(WITHIN_MS);
      const record = batches[0]?.[0];
      expect(record).to.include({
        body: "hello",
        md5OfBody: "5d41402abc4b2a76b9719d911017c592",
        eventSource: "aws:sqs",
        eventSourceARN: queue.arn,
        awsRegion: cloud.region,
      });
      expect(record).to.have.all.keys(
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
      );
      expect(record?.attributes)
        .to.include({ ApproximateReceiveCount: "1" })
        .and.include.keys("SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp");
      await cloud.deleteEventSourceMapping(uuid);
      expect(await receiveAll(sqs, queue.url)).to.deep.equal([]);
    });

    it("passes a message's attributes to the function", async () => {
      const { cloud, sqs } = fixture();
      const { queue, batches, map } = await polled(WORKER);
      const MessageAttributes = { kind: { DataType: "String", StringValue: "test" } };
      const message = { QueueUrl: queue.url, MessageBody: "hello", MessageAttributes };
      await sqs.send(new SendMessageCommand(message));
      await map();
      await cloud.settled(WITHIN_MS);
      expect(batches[0]?.[0]?.messageAttributes).to.deep.equal({
        kind: { stringValue: "test", dataType: "String", stringListValues: [], binaryListValues: [] },
      });
    });

    it("gathers all messages within the window into one batch", async () => {
      const { cloud } = fixture();
      const { queue, batches, map } = await polled(WORKER, {
        batchSize: 100,
        maximumBatchingWindowSeconds: 1,
        visibilityTimeout: 6 * fixture().visibilityTimeout,
      });
      await map();
      for (let round = 0; round < 3; round++) await sendAll(queue.url, Array(8).fill(`round ${round}`));
      await cloud.settled(WITHIN_MS);
      expect(batches.map(({ length }) => length)).to.deep.equal([24]);
    });

    it("moves a poison message to the dead-letter queue while its neighbours succeed", async () => {
      const { cloud, sqs } = fixture();
      const { queue, dead, batches, map } = await polled(WORKER);
      await sendAll(queue.url, ["good 1", "poison", "good 2"]);
      const { uuid } = await map();
      await cloud.settled(WITHIN_MS);
      await cloud.deleteEventSourceMapping(uuid);
      expect((await receiveAll(sqs, dead.url)).map(({ Body }) => Body)).to.deep.equal(["poison"]);
      const seen = batches.flat().map(({ body }) => body);
      expect(seen).to.have.members(["good 1", "poison", "good 2", "poison"]);
    });

    it("fails the whole batch when the function throws", async () => {
      const { cloud, sqs } = fixture();
      const { queue, dead, batches, map } = await polled(WORKER, { maxReceiveCount: 1 });
      await sendAll(queue.url, ["throw", "innocent"]);
      await map();
      await cloud.settled(WITHIN_MS);
      expect(batches).to.have.length(1);
      expect((await receiveAll(sqs, dead.url)).map(({ Body }) => Body)).to.have.members([
        "throw",
        "innocent",
      ]);
    });

    for (const [what, answer, failed] of [
      ["nothing", "null", false],
      ["an empty list", "{ batchItemFailures: [] }", false],
      ["no list", "{ batchItemFailures: null }", false],
      ["an unknown id", '{ batchItemFailures: [{ itemIdentifier: "other" }] }', true],
      ["an empty id", '{ batchItemFailures: [{ itemIdentifier: "" }] }', true],
      ["a list of strings", '{ batchItemFailures: ["x"] }', true],
    ] as const) {
      it(`treats ${what} as ${failed ? "failure" : "success"} of the batch`, async () => {
        const { cloud, sqs } = fixture();
        const source = `exports.handler = async ({ Records }) => { ${TELL} return (${answer}); }`;
        const { queue, batches, dead, map } = await polled(source, { maxReceiveCount: 1 });
        await sendAll(queue.url, ["one", "two"]);
        await map();
        await cloud.settled(WITHIN_MS);
        expect(batches).to.have.length(1);
        expect(await receiveAll(sqs, dead.url)).to.have.length(failed ? 2 : 0);
      });
    }

    it("treats any result as success unless it reports failures", async () => {
      const { cloud, sqs } = fixture();
      const { queue, dead, map } = await polled(WORKER, {
        maxReceiveCount: 1,
        reportBatchItemFailures: false,
      });
      await sendAll(queue.url, ["poison"]);
      await map();
      await cloud.settled(WITHIN_MS);
      expect(await receiveAll(sqs, dead.url)).to.deep.equal([]);
    });

    it("is refused when the function's role lacks a permission", async () => {
      const lacking = await polled(WORKER, {
        policy: (arn) => allow(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"], arn),
      });
      await expectError(lacking.map(), /does not have permissions to call sqs:DeleteMessage/);
    });

    it("is refused when the queue hides messages for less than the function's timeout", async () => {
      const { cloud } = fixture();
      const hasty = await polled(WORKER);
      await cloud.setQueueAttributes(hasty.queue.url, { VisibilityTimeout: "0" });
      await expectError(
        hasty.map(),
        /visibility timeout: 0 seconds is less than Function timeout: \d+ seconds/,
      );
    });

    it("is refused when it batches more than ten messages without a window", async () => {
      const big = await polled(WORKER, { batchSize: 11 });
      await expectError(big.map(), /batching window/);
    });

    it("stops polling when the role loses its permission, and says what is left", async () => {
      const { cloud, sqs, polledWithinMs } = fixture();
      const { queue, worker, batches, map } = await polled(WORKER);
      const { uuid } = await map();
      await cloud.putRolePolicy(worker.role, "work", null);
      // A poll that has already begun may still receive one message.
      await sendAll(queue.url, ["first"]);
      await sendAll(queue.url, ["second"]);
      await expectError(cloud.settled(polledWithinMs), new RegExp(`Still busy.*${queue.arn}`));
      expect(batches.flat().map(({ body }) => body)).not.to.include("second");
      await cloud.deleteEventSourceMapping(uuid);
      await receiveAll(sqs, queue.url);
    });
  });

  describe("queues", () => {
    it("refuses a dead-letter queue that does not exist", async () => {
      const { cloud, name } = fixture();
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${cloud.region}:${cloud.accountId}:none`,
        maxReceiveCount: 3,
      });
      await expectError(cloud.createQueue(name("queue"), { RedrivePolicy }), /RedrivePolicy/);
    });

    it("takes an existing queue with other attributes", async () => {
      const { cloud, name } = fixture();
      const queue = name("queue");
      const first = await cloud.createQueue(queue, { VisibilityTimeout: "5" });
      expect(await cloud.createQueue(queue, { VisibilityTimeout: "6" })).to.deep.equal(first);
    });
  });
}
