import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Cloud } from "../../local/cloud/cloud";
import { startCloud } from "../../local/cloud/startCloud";
import { newFunction, readText, s3Client, sqsClient } from "./support";

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

  it("has its objects, versions and messages at the next start", async () => {
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
});

describe("a local cloud that is closed", () => {
  it("leaves no process, no server and no file behind", async () => {
    const before = new Set(readdirSync(tmpdir()));
    const cloud = await startCloud();
    let count = 0;
    const fixture = {
      cloud,
      s3: s3Client(cloud),
      sqs: sqsClient(cloud),
      name: (kind: string) => `${kind}-${++count}`,
    };
    const source =
      "exports.handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; }";
    const { name } = await newFunction(fixture, source);
    const pid = (await cloud.invoke(name, { ms: 0 })) as number;
    const interrupted = cloud.invoke(name, { ms: 60_000 }).catch((error: Error) => error.message);
    await cloud.close();
    expect(await interrupted).to.match(/Runtime.ExitError/);
    expect(() => process.kill(pid, 0)).to.throw(/ESRCH/);
    expect(
      readdirSync(tmpdir()).filter((file) => file.startsWith("local-cloud-") && !before.has(file)),
    ).to.deep.equal([]);
    expect(await fetch(cloud.endpoint).catch((error: Error) => error.message)).to.equal("fetch failed");
  });
});
