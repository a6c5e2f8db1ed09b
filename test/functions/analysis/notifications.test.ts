import type { SQSEvent, SQSRecord } from "aws-lambda";
import { expect } from "chai";
import { readNotifications } from "../../../functions/analysis/notifications";

function batch(...bodies: string[]): SQSEvent {
  return { Records: bodies.map((body, index) => ({ messageId: `m${index}`, body }) as SQSRecord) };
}

function objectEvent(eventName: string, ...encodedKeys: string[]): string {
  const records = encodedKeys.map((key) => ({
    eventSource: "aws:s3",
    eventName,
    s3: { bucket: { name: "data" }, object: { key } },
  }));
  return JSON.stringify({ Records: records });
}

describe("a batch of S3 notifications", () => {
  it("names the keys that were created and removed, decoded, each once", () => {
    const event = batch(
      objectEvent("ObjectCreated:Put", "raw/bls/pr/with+space%2Band+plus", "raw/bls/pr/%C3%A9t%C3%A9"),
      objectEvent("ObjectRemoved:DeleteMarkerCreated", "raw/population/nation.json"),
      objectEvent("ObjectCreated:CompleteMultipartUpload", "raw/bls/pr/%C3%A9t%C3%A9"),
    );
    expect(readNotifications(event)).to.deep.equal({
      keys: ["raw/bls/pr/with space+and plus", "raw/bls/pr/été", "raw/population/nation.json"],
      batchItemFailures: [],
    });
  });

  it("succeeds for S3's test event and names no keys", () => {
    const body = JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "data" });
    expect(readNotifications(batch(body))).to.deep.equal({ keys: [], batchItemFailures: [] });
  });

  for (const [title, body] of [
    ["not JSON", "hello"],
    ["another service's event", JSON.stringify({ Records: [{ eventSource: "aws:sns" }] })],
    ["an empty list of records", JSON.stringify({ Records: [] })],
    ["a key that cannot be decoded", objectEvent("ObjectCreated:Put", "raw/%FF")],
    ["an event of another kind", objectEvent("ObjectRestore:Post", "raw/a")],
  ] as const) {
    it(`fails only the message that is ${title}`, () => {
      const event = batch(
        objectEvent("ObjectCreated:Put", "a"),
        body,
        objectEvent("ObjectRemoved:Delete", "b"),
      );
      expect(readNotifications(event)).to.deep.equal({
        keys: ["a", "b"],
        batchItemFailures: [{ itemIdentifier: "m1" }],
      });
    });
  }
});
