import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Status } from "../../../functions/shared/status";
import { startTestSession, type TestSession } from "../../support/session";

describe("the queue between the data bucket and the analysis", function () {
  this.timeout(120_000);
  let session: TestSession;
  let sqs: SQSClient;

  before(async () => {
    session = await startTestSession();
    const { endpoint, region, operator } = session.cloud;
    sqs = new SQSClient({ endpoint, region, credentials: operator });
  });
  after(async () => {
    sqs?.destroy();
    await session?.close();
  });

  async function waiting(url: string): Promise<number> {
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
    );
    return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  }

  it("has delivered S3's test event, and is empty", async () => {
    await session.cloud.settled(60_000);
    expect(await waiting(session.output("queueUrl"))).to.equal(0);
    expect(await waiting(session.output("deadLetterQueueUrl"))).to.equal(0);
  });

  it("moves a malformed message to the dead letters after its last try; others in the batch succeed", async () => {
    const url = session.output("queueUrl");
    const key = "raw/bls/pr/a+b%2Bc+%C3%A9";
    const good = {
      Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: { object: { key } } }],
    };
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: "good", MessageBody: JSON.stringify(good) },
          { Id: "poison", MessageBody: "no notification" },
          { Id: "neighbour", MessageBody: JSON.stringify(good) },
        ],
      }),
    );
    await session.cloud.settled(60_000);
    expect(await waiting(url)).to.equal(0);
    const dead = session.output("deadLetterQueueUrl");
    expect(await waiting(dead)).to.equal(1);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
    );
    expect(Messages.map(({ Body }) => Body)).to.deep.equal(["no notification"]);
    expect(Number(Messages[0]?.Attributes?.ApproximateReceiveCount)).to.be.greaterThan(3);
    const { missing } = await session.buckets.readJson<Status>("reports/status/analysis.json");
    // The neighbours did start an analysis, although of an empty bucket.
    expect(missing).to.include("nation.json");
  });

  it("delivers keys with spaces, plus signs, #, ? and letters of any script unchanged", async () => {
    const keys = ["raw/bls/pr/a b+c", "raw/bls/pr/été/日本", "raw/bls/pr/100%", "raw/bls/pr/#1?a=b&c"];
    const seen: string[] = [];
    session.cloud.events.on("notified", ({ key }) => seen.push(key));
    const errors: unknown[] = [];
    session.cloud.events.on("invoked", ({ error, result }) => {
      const failures = (result as { batchItemFailures?: unknown[] } | undefined)?.batchItemFailures ?? [];
      if (error !== undefined || failures.length > 0) errors.push(error ?? failures);
    });
    for (const key of keys) {
      await session.buckets.put(key, "x");
      await session.buckets.remove(key);
    }
    await session.cloud.settled(60_000);
    expect(seen).to.have.members([...keys, ...keys]);
    expect(errors).to.deep.equal([]);
  });
});
