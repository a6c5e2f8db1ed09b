import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Cloud } from "../src/cloud";
import { listen } from "../src/httpServer";
import { startCloud } from "../src/startCloud";
import { allow, expectError, newFunction, sqsClient } from "./contract/support";

const POLL = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
/** SQS's longest visibility timeout and Lambda's longest batching window, far longer than any test runs. */
const HALF_A_DAY = "43200";
const WINDOW_SECONDS = 300;
const WITHIN_MS = 10_000;

describe("the local cloud's time, when it is asked to settle", () => {
  let cloud: Cloud;
  let sqs: SQSClient;
  /** The bodies of each batch that the function received. */
  let batches: string[][];

  beforeEach(async () => {
    cloud = await startCloud();
    sqs = sqsClient(cloud);
    batches = [];
    cloud.events.on("invoked", ({ trigger, payload }) => {
      if (trigger !== "queue") return;
      const { Records } = payload as { Records: { body: string }[] };
      batches.push(Records.map(({ body }) => body));
    });
  });
  afterEach(() => cloud.close());

  /** A queue that hides messages for half a day, with a dead-letter queue, and a function that fails on `poison`. */
  async function queueAndFunction() {
    const dead = await cloud.createQueue("dead", {});
    const queue = await cloud.createQueue("queue", {
      VisibilityTimeout: HALF_A_DAY,
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 3 }),
    });
    const fixture = { cloud, name: (kind: string) => kind };
    const source = `exports.handler = async ({ Records }) => {
      if (Records.some(({ body }) => body === "poison")) throw new Error("as asked");
    }`;
    const worker = await newFunction(fixture, source, { policy: allow(POLL, queue.arn) });
    const map = () =>
      cloud.putEventSourceMapping({
        queueArn: queue.arn,
        functionName: worker.name,
        batchSize: 100,
        maximumBatchingWindowSeconds: WINDOW_SECONDS,
        reportBatchItemFailures: true,
      });
    const send = (MessageBody: string, DelaySeconds = 0) =>
      sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, DelaySeconds }));
    return { queue, dead, map, send };
  }

  it("skips to the end of a batching window, and the batch has everything sent before that", async () => {
    const { map, send } = await queueAndFunction();
    await map();
    for (const body of ["one", "two", "three"]) await send(body);
    await cloud.settled(WITHIN_MS);
    expect(batches).to.deep.equal([["one", "two", "three"]]);
  });

  it("skips to the end of a delay, but not past a window that ends earlier", async () => {
    const { map, send } = await queueAndFunction();
    await map();
    await send("delayed within the window", WINDOW_SECONDS - 10);
    await send("delayed past the window", WINDOW_SECONDS + 10);
    await send("at once");
    await cloud.settled(WITHIN_MS);
    expect(batches).to.deep.equal([["at once", "delayed within the window"], ["delayed past the window"]]);
  });

  it("skips through all attempts at a message that fails", async () => {
    const { dead, map, send } = await queueAndFunction();
    await map();
    await send("poison");
    await cloud.settled(WITHIN_MS);
    expect(batches).to.deep.equal([["poison"], ["poison"], ["poison"]]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead.url }));
    expect(Messages.map(({ Body }) => Body)).to.deep.equal(["poison"]);
  });

  it("does not skip to a message's next attempt without retries", async () => {
    const { map, send } = await queueAndFunction();
    await map();
    await send("poison");
    await cloud.settled(WITHIN_MS, { retries: false });
    expect(batches).to.deep.equal([["poison"]]);
  });

  it("does not take a message from another receiver", async () => {
    const { queue, map, send } = await queueAndFunction();
    await send("received");
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
    await map();
    await expectError(cloud.settled(200), /Still busy.*1 in flight/);
    expect(batches).to.deep.equal([]);
  });

  it("waits for a running function: its messages are in the batch, too", async () => {
    const { map, send } = await queueAndFunction();
    await map();
    await send("before");
    const sender = await listen(async () => {
      await send("from the function");
      return { status: 204, headers: {} };
    });
    const fixture = { cloud, name: (kind: string) => `sending-${kind}` };
    const source = `exports.handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await fetch(process.env.SENDER);
    }`;
    try {
      const { name } = await newFunction(fixture, source, { environment: { SENDER: sender.address } });
      const invoked = cloud.invoke(name, null);
      await cloud.settled(WITHIN_MS);
      await invoked;
    } finally {
      await sender.close();
    }
    expect(batches).to.deep.equal([["before", "from the function"]]);
  });
});
