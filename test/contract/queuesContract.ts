import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { EventSourceMapping, PolicyDocument } from "../../local/cloud/cloud";
import { allow, expectError, expectRefusal, type Fixture, newFunction, receiveAll } from "./support";

const POLL = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Answers what it was called with; fails the messages that say so; throws on demand. */
const WORKER = `exports.handler = async ({ Records }) => {
  if (Records.some(({ body }) => body === "throw")) throw new Error("as asked");
  const failed = Records.filter(({ body }) => body.startsWith("poison"));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })), Records };
}`;

interface Answer {
  Records: Record<string, unknown>[];
}

/** Event source mappings: from a queue to a function. */
export function queuesContract(fixture: () => Fixture): void {
  /** A queue with a dead-letter queue, polled by a function; and the function's answers so far. */
  async function polled(
    source: string,
    options: Partial<EventSourceMapping> & {
      maxReceiveCount?: number;
      visibilityTimeout?: number;
      policy?: (arn: string) => PolicyDocument;
    } = {},
  ) {
    const { cloud, name } = fixture();
    const dead = await cloud.createQueue(name("dead"), {});
    const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: options.maxReceiveCount ?? 2 };
    const queue = await cloud.createQueue(name("queue"), {
      VisibilityTimeout: String(options.visibilityTimeout ?? 1),
      RedrivePolicy: JSON.stringify(redrive),
    });
    const policy = (options.policy ?? ((arn) => allow(POLL, arn)))(queue.arn);
    const worker = await newFunction(fixture(), source, { timeoutSeconds: 1, policy });
    const answers: Answer[] = [];
    const errors: string[] = [];
    cloud.events.on("invoked", ({ functionName, result, error }) => {
      if (functionName !== worker.name) return;
      if (error) errors.push(error.name);
      else answers.push(result as Answer);
    });
    const { maxReceiveCount: _count, visibilityTimeout: _timeout, policy: _policy, ...mapping } = options;
    const defaults = { batchSize: 10, maximumBatchingWindowSeconds: 0, reportBatchItemFailures: true };
    const map = () =>
      cloud.putEventSourceMapping({
        queueArn: queue.arn,
        functionName: worker.name,
        ...defaults,
        ...mapping,
      });
    return { queue, dead, worker, answers, errors, map };
  }

  async function sendAll(url: string, bodies: string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await fixture().sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  }

  describe("event source mappings", () => {
    it("hands the function SQS's event and deletes what it has done", async () => {
      const { cloud, sqs } = fixture();
      const { queue, answers, map } = await polled(WORKER);
      const MessageAttributes = { kind: { DataType: "String", StringValue: "test" } };
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "hello", MessageAttributes }),
      );
      const { uuid } = await map();
      await cloud.settled(5000);
      const record = answers[0]?.Records[0];
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
      expect(record?.messageAttributes).to.deep.equal({
        kind: { stringValue: "test", dataType: "String", stringListValues: [], binaryListValues: [] },
      });
      await cloud.deleteEventSourceMapping(uuid);
      expect(await receiveAll(sqs, queue.url)).to.deep.equal([]);
    });

    it("gathers what comes within the window into one batch", async () => {
      const { cloud } = fixture();
      const { queue, answers, map } = await polled(WORKER, {
        batchSize: 100,
        maximumBatchingWindowSeconds: 1,
        visibilityTimeout: 6,
      });
      await map();
      for (let round = 0; round < 3; round++) await sendAll(queue.url, Array(8).fill(`round ${round}`));
      await cloud.settled(5000);
      expect(answers.map(({ Records }) => Records.length)).to.deep.equal([24]);
    });

    it("moves a poison message to the dead-letter queue while its neighbours succeed", async () => {
      const { cloud, sqs } = fixture();
      const { queue, dead, answers, map } = await polled(WORKER);
      await sendAll(queue.url, ["good 1", "poison", "good 2"]);
      const { uuid } = await map();
      await cloud.settled(8000);
      await cloud.deleteEventSourceMapping(uuid);
      expect((await receiveAll(sqs, dead.url)).map(({ Body }) => Body)).to.deep.equal(["poison"]);
      const seen = answers.flatMap(({ Records }) => Records.map(({ body }) => body));
      expect(seen).to.have.members(["good 1", "poison", "good 2", "poison"]);
    });

    it("fails the whole batch when the function throws", async () => {
      const { cloud, sqs } = fixture();
      const { queue, dead, errors, map } = await polled(WORKER, { maxReceiveCount: 1 });
      await sendAll(queue.url, ["throw", "innocent"]);
      await map();
      await cloud.settled(8000);
      expect(errors).to.deep.equal(["Error"]);
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
      it(`takes ${what} as ${failed ? "failure" : "success"} of the batch`, async () => {
        const { cloud, sqs } = fixture();
        const { queue, answers, dead, map } = await polled(`exports.handler = async () => (${answer})`, {
          maxReceiveCount: 1,
        });
        await sendAll(queue.url, ["one", "two"]);
        await map();
        await cloud.settled(8000);
        expect(answers).to.have.length(1);
        expect(await receiveAll(sqs, dead.url)).to.have.length(failed ? 2 : 0);
      });
    }

    it("takes any answer as success unless failures are to be reported", async () => {
      const { cloud, sqs } = fixture();
      const { queue, dead, map } = await polled(WORKER, {
        maxReceiveCount: 1,
        reportBatchItemFailures: false,
      });
      await sendAll(queue.url, ["poison"]);
      await map();
      await cloud.settled(5000);
      expect(await receiveAll(sqs, dead.url)).to.deep.equal([]);
    });

    it("refuses what Lambda refuses", async () => {
      const { cloud } = fixture();
      const lacking = await polled(WORKER, {
        policy: (arn) => allow(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"], arn),
      });
      await expectError(lacking.map(), /does not have permissions to call sqs:DeleteMessage/);
      const hasty = await polled(WORKER);
      await cloud.setQueueAttributes(hasty.queue.url, { VisibilityTimeout: "0" });
      await expectError(
        hasty.map(),
        /visibility timeout: 0 seconds is less than Function timeout: 1 seconds/,
      );
      const big = await polled(WORKER, { batchSize: 11 });
      await expectError(big.map(), /batching window/);
    });

    it("stops polling when the role loses the right to, and says what is left", async () => {
      const { cloud, sqs } = fixture();
      const { queue, worker, answers, map } = await polled(WORKER);
      const { uuid } = await map();
      await cloud.putRolePolicy(worker.role, "work", null);
      // A poll that has begun may still take one message.
      await sendAll(queue.url, ["first"]);
      await sendAll(queue.url, ["second"]);
      await expectError(cloud.settled(700), new RegExp(`Still busy.*${queue.arn}`));
      expect(answers.flatMap(({ Records }) => Records).map(({ body }) => body)).not.to.include("second");
      await cloud.deleteEventSourceMapping(uuid);
      await receiveAll(sqs, queue.url);
    });
  });

  describe("queues", () => {
    it("refuses a dead-letter queue that does not exist, and operations that are not implemented", async () => {
      const { cloud, name, sqs } = fixture();
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${cloud.region}:${cloud.accountId}:none`,
        maxReceiveCount: 3,
      });
      await expectError(
        cloud.createQueue(name("queue"), { RedrivePolicy }),
        /dead-letter queue .* does not exist/,
      );
      const { ListDeadLetterSourceQueuesCommand } = await import("@aws-sdk/client-sqs");
      const { url } = await cloud.createQueue(name("queue"), {});
      await expectRefusal(
        sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: url })),
        "NotImplemented",
        501,
      );
    });

    it("takes a queue that is there with other attributes", async () => {
      const { cloud, name } = fixture();
      const queue = name("queue");
      const first = await cloud.createQueue(queue, { VisibilityTimeout: "5" });
      expect(await cloud.createQueue(queue, { VisibilityTimeout: "6" })).to.deep.equal(first);
    });
  });
}
