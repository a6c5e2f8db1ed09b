import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inspect } from "node:util";
import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Cloud } from "../../src/cloud";
import { startCloud } from "../../src/startCloud";
import { allow, expectRefusal, newFunction, readText, receiveAll, s3Client, sqsClient } from "./support";

/** Makes a mapping receive one message from this queue into a batch that waits for more. */
async function gatherOne(cloud: Cloud, queue: string): Promise<void> {
  const sqs = sqsClient(cloud);
  const { url: QueueUrl, arn } = await cloud.createQueue(queue, {});
  const fixture = { cloud, name: (kind: string) => kind };
  const policy = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn);
  const { name } = await newFunction(fixture, "exports.handler = async () => {}", { policy });
  const batch = { batchSize: 10, maximumBatchingWindowSeconds: 300, reportBatchItemFailures: true };
  await cloud.putEventSourceMapping({ queueArn: arn, functionName: name, ...batch });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "gathered" }));
  const inFlight = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ["ApproximateNumberOfMessagesNotVisible"],
  });
  while ((await sqs.send(inFlight)).Attributes?.ApproximateNumberOfMessagesNotVisible !== "1") {}
}

describe("a local cloud with a data directory", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "local-cloud-data-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  async function during(use: (cloud: Cloud) => Promise<void>): Promise<void> {
    const cloud = await startCloud({ dataDir });
    try {
      await use(cloud);
    } finally {
      await cloud.close();
    }
  }

  it("keeps its objects, versions and messages", async () => {
    let oldVersion: string | undefined;
    await during(async (cloud) => {
      await cloud.createBucket("kept");
      await cloud.putBucketVersioning("kept", "Enabled");
      const s3 = s3Client(cloud);
      const put = { Bucket: "kept", Key: "a/b c", ContentType: "text/csv", Metadata: { from: "x" } };
      oldVersion = (await s3.send(new PutObjectCommand({ ...put, Body: "old" }))).VersionId;
      await s3.send(new PutObjectCommand({ ...put, Body: "new" }));
      const { url } = await cloud.createQueue("kept", { VisibilityTimeout: "7" });
      await sqsClient(cloud).send(new SendMessageCommand({ QueueUrl: url, MessageBody: "waiting" }));
    });
    await during(async (cloud) => {
      await cloud.createBucket("kept");
      await cloud.putBucketVersioning("kept", "Enabled");
      const s3 = s3Client(cloud);
      const got = await s3.send(
        new GetObjectCommand({ Bucket: "kept", Key: "a/b c", ChecksumMode: "ENABLED" }),
      );
      expect(await got.Body?.transformToString()).to.equal("new");
      expect([got.ContentType, got.Metadata]).to.deep.equal(["text/csv", { from: "x" }]);
      expect(await readText(s3, { Bucket: "kept", Key: "a/b c", VersionId: oldVersion })).to.equal("old");
      expect((await s3.send(new ListObjectVersionsCommand({ Bucket: "kept" }))).Versions).to.have.length(2);

      const sqs = sqsClient(cloud);
      const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: "kept" }));
      expect(QueueUrl.startsWith(cloud.endpoint)).to.equal(true);
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      expect(Messages?.map(({ Body }) => Body)).to.deep.equal(["waiting"]);
    });
  });

  it("keeps a message that was put back, and its count", async () => {
    await during(async (cloud) => {
      const { url: QueueUrl } = await cloud.createQueue("kept", {});
      const sqs = sqsClient(cloud);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const ReceiptHandle = Messages[0]?.ReceiptHandle;
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    });
    await during(async (cloud) => {
      const sqs = sqsClient(cloud);
      const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: "kept" }));
      const [message] = await receiveAll(sqs, QueueUrl);
      expect(message?.Attributes?.ApproximateReceiveCount).to.equal("2");
    });
  });

  it("makes a message in flight visible again, and keeps its count", async () => {
    await during(async (cloud) => {
      const { url: QueueUrl } = await cloud.createQueue("kept", { VisibilityTimeout: "720" });
      const sqs = sqsClient(cloud);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
      expect(await receiveAll(sqs, QueueUrl)).to.have.length(1);
    });
    await during(async (cloud) => {
      const sqs = sqsClient(cloud);
      const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: "kept" }));
      const [message] = await receiveAll(sqs, QueueUrl);
      expect(message?.Attributes?.ApproximateReceiveCount).to.equal("2");
    });
  });

  it("belongs to one cloud until it is closed", async () => {
    const refusal = new RegExp(`${dataDir} is in use by process ${process.pid}: .*\\.$`);
    await during(async () => {
      expect(await startCloud({ dataDir }).catch(({ message }: Error) => message)).to.match(refusal);
    });
    await during(async () => {});
  });

  it("puts back the batch that a mapping was gathering", async () => {
    await during((cloud) => gatherOne(cloud, "gathered"));
    await during(async (cloud) => {
      const sqs = sqsClient(cloud);
      const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: "gathered" }));
      expect((await receiveAll(sqs, QueueUrl)).map(({ Body }) => Body)).to.deep.equal(["gathered"]);
    });
  });
});

describe("a local cloud that is closed", () => {
  it("closes while a batch waits, and closes everything else if the queue fails", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "local-cloud-data-"));
    const cloud = await startCloud({ dataDir });
    await gatherOne(cloud, "waiting");
    // Makes it impossible to put the batch back, so that closing fails unexpectedly.
    const database = new DatabaseSync(join(dataDir, "cloud.sqlite"));
    database.exec("DROP TABLE sqs_messages");
    database.close();
    const error = await cloud.close().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(inspect(error, { depth: null })).to.match(/sqs_messages/);
    expect(await fetch(cloud.endpoint).catch(({ message }: Error) => message)).to.equal("fetch failed");
    rmSync(dataDir, { recursive: true });
  });

  it("rejects for a caller that is still waiting for it to settle", async () => {
    const cloud = await startCloud();
    const fixture = { cloud, name: (kind: string) => kind };
    const { name } = await newFunction(fixture, "exports.handler = () => new Promise(() => {})");
    cloud.invoke(name, null).catch(() => {});
    const settled = cloud.settled(60_000).catch(({ message }: Error) => message);
    await cloud.close();
    expect(await settled).to.match(/closed before it had settled/);
  });

  it("leaves no process, no server and no file behind", async () => {
    const cloud = await startCloud();
    let count = 0;
    const fixture = { cloud, name: (kind: string) => `${kind}-${++count}` };
    const source =
      "exports.handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return [process.pid, process.cwd()]; }";
    const { name } = await newFunction(fixture, source);
    const [pid, codeDir] = (await cloud.invoke(name, { ms: 0 })) as [number, string];
    expect(existsSync(codeDir)).to.equal(true);
    const interrupted = cloud.invoke(name, { ms: 60_000 }).catch((error: Error) => error.message);
    await cloud.close();
    expect(await interrupted).to.match(/Runtime.ExitError/);
    expect(() => process.kill(pid, 0)).to.throw(/ESRCH/);
    expect(existsSync(codeDir)).to.equal(false);
    expect(await fetch(cloud.endpoint).catch((error: Error) => error.message)).to.equal("fetch failed");
  });
});

describe("a local cloud's function", () => {
  it("ends with its credentials", async () => {
    const cloud = await startCloud();
    const fixture = { cloud, name: (kind: string) => kind };
    try {
      await cloud.createBucket("data");
      const { name } = await newFunction(
        fixture,
        `exports.handler = async () => ({
          accessKeyId: process.env.AWS_ACCESS_KEY_ID,
          secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
          sessionToken: process.env.AWS_SESSION_TOKEN,
        })`,
        { policy: allow("s3:ListBucket", "arn:aws:s3:::data") },
      );
      const own = s3Client(cloud, (await cloud.invoke(name, null)) as Cloud["operator"]);
      await own.send(new HeadBucketCommand({ Bucket: "data" }));
      await cloud.deleteFunction(name);
      await expectRefusal(own.send(new ListObjectsV2Command({ Bucket: "data" })), "InvalidAccessKeyId", 403);
    } finally {
      await cloud.close();
    }
  });
});
