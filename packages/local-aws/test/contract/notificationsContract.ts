import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect } from "chai";
import { expectError, type Fixture, newBucket, newEventQueue, receiveAll } from "./support";

interface S3Record {
  eventVersion: string;
  eventSource: string;
  eventName: string;
  awsRegion: string;
  eventTime: string;
  s3: {
    bucket: { name: string; arn: string };
    object: { key: string; size?: number; eTag?: string; versionId?: string; sequencer: string };
  };
}

const ALL = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];

/** S3's event notifications. */
export function notificationsContract(fixture: () => Fixture): void {
  /** A bucket that sends `events` to a queue, and the queue's messages without the test event. */
  async function watched(
    options: { events?: string[]; prefix?: string; suffix?: string; versioned?: boolean } = {},
  ) {
    const { cloud, sqs } = fixture();
    const Bucket = await newBucket(fixture(), options.versioned);
    const queue = await newEventQueue(fixture(), Bucket);
    const filters = {
      ...(options.prefix && { filterPrefix: options.prefix }),
      ...(options.suffix && { filterSuffix: options.suffix }),
    };
    await cloud.putBucketNotification(Bucket, [
      { queueArn: queue.arn, events: options.events ?? ALL, ...filters },
    ]);
    const records = async () => {
      await cloud.settled(5000);
      const bodies = (await receiveAll(sqs, queue.url)).map(
        ({ Body = "" }) => JSON.parse(Body) as { Event?: string; Records?: S3Record[] },
      );
      return bodies.flatMap(({ Records = [] }) => Records);
    };
    return { Bucket, queue, records };
  }

  describe("notifications", () => {
    it("sends the test event when configured", async () => {
      const { sqs } = fixture();
      const { Bucket, queue } = await watched();
      const [message] = await receiveAll(sqs, queue.url);
      expect(JSON.parse(message?.Body ?? "")).to.include({
        Service: "Amazon S3",
        Event: "s3:TestEvent",
        Bucket,
      });
    });

    it("reports every kind of change, in S3's terms", async () => {
      const { s3, cloud } = fixture();
      const { Bucket, records } = await watched();
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "hello" }));
      await s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }));
      await new Upload({
        client: s3,
        params: { Bucket, Key: "c", Body: Buffer.alloc(6 * 1024 ** 2) },
        partSize: 5 * 1024 ** 2,
      }).done();
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "b" }, { Key: "c" }] } }));

      const all = (await records()).sort((x, y) => (x.s3.object.sequencer < y.s3.object.sequencer ? -1 : 1));
      expect(all.map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`)).to.deep.equal([
        "ObjectCreated:Put a",
        "ObjectCreated:Copy b",
        "ObjectCreated:CompleteMultipartUpload c",
        "ObjectRemoved:Delete a",
        "ObjectRemoved:Delete b",
        "ObjectRemoved:Delete c",
      ]);
      expect(all[0]).to.include({ eventSource: "aws:s3", awsRegion: cloud.region });
      // AWS increases the minor version with every field that it adds.
      expect(all[0]?.eventVersion).to.match(/^2\.\d+$/);
      expect(all[0]?.s3.bucket).to.include({ name: Bucket, arn: `arn:aws:s3:::${Bucket}` });
      expect(all[0]?.s3.object).to.include({ size: 5, eTag: "5d41402abc4b2a76b9719d911017c592" });
      expect(Date.now() - Date.parse(all[0]?.eventTime ?? "")).to.be.within(0, 60_000);
    });

    it("form-encodes keys", async () => {
      const { s3 } = fixture();
      const { Bucket, records } = await watched();
      const keys = ["raw/with space.csv", "raw/a+b.csv", "raw/ümläut/数.csv", "raw/100%&(x)=y"];
      for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
      const told = (await records()).map(({ s3 }) => s3.object.key);
      expect(told.sort()).to.deep.equal(
        [
          "raw/100%25%26%28x%29%3Dy",
          "raw/a%2Bb.csv",
          "raw/with+space.csv",
          "raw/%C3%BCml%C3%A4ut/%E6%95%B0.csv",
        ].sort(),
      );
    });

    it("reports only keys with the prefix and suffix, and only the configured events", async () => {
      const { s3 } = fixture();
      const { Bucket, records } = await watched({
        prefix: "raw/",
        suffix: ".csv",
        events: ["s3:ObjectCreated:Put"],
      });
      for (const Key of ["raw/a.csv", "raw/a.txt", "reports/a.csv"])
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
      await s3.send(
        new CopyObjectCommand({ Bucket, Key: "raw/copy.csv", CopySource: `${Bucket}/raw/a.csv` }),
      );
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "raw/a.csv" }));
      expect((await records()).map(({ s3 }) => s3.object.key)).to.deep.equal(["raw/a.csv"]);
    });

    it("reports a deletion in a versioned bucket as a delete marker, and includes version ids", async () => {
      const { s3 } = fixture();
      const { Bucket, records } = await watched({ versioned: true });
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
      const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId: put.VersionId }));
      const told = (await records()).map(({ eventName, s3 }) => `${eventName} ${s3.object.versionId}`);
      expect(told).to.have.members([
        `ObjectCreated:Put ${put.VersionId}`,
        `ObjectRemoved:DeleteMarkerCreated ${marker.VersionId}`,
        `ObjectRemoved:Delete ${put.VersionId}`,
      ]);
    });

    it("refuses a queue that does not let this bucket send", async () => {
      const { cloud, name } = fixture();
      const Bucket = await newBucket(fixture());
      const closed = await cloud.createQueue(name("queue"), {});
      const others = await newEventQueue(fixture(), "some-other-bucket");
      for (const queueArn of [closed.arn, others.arn, `${closed.arn}-none`]) {
        await expectError(
          cloud.putBucketNotification(Bucket, [{ queueArn, events: ALL }]),
          /destination configurations/,
        );
      }
    });

    it("refuses an unknown event", async () => {
      const { cloud } = fixture();
      const Bucket = await newBucket(fixture());
      const { arn: queueArn } = await newEventQueue(fixture(), Bucket);
      await expectError(
        cloud.putBucketNotification(Bucket, [{ queueArn, events: ["s3:Nonsense"] }]),
        /event/i,
      );
    });

    it("stops after the configuration was replaced, or the queue's policy removed", async () => {
      const { s3, cloud } = fixture();
      const { Bucket, queue, records } = await watched();
      await cloud.setQueueAttributes(queue.url, { Policy: "" });
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
      expect(await records()).to.deep.equal([]);
      await cloud.putBucketNotification(Bucket, []);
      await s3.send(new PutObjectCommand({ Bucket, Key: "b", Body: "x" }));
      expect(await records()).to.deep.equal([]);
    });
  });
}
