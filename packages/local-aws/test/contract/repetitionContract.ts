import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { type Fixture, newBucket, newEventQueue, newFunction, readText, receiveAll } from "./support";

/** Creating a resource again, as every deployment does, keeps the existing one. */
export function repetitionContract(fixture: () => Fixture): void {
  it("a bucket that is created again keeps its objects and settings", async () => {
    const { cloud, s3 } = fixture();
    const Bucket = await newBucket(fixture(), true);
    const first = await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "old" }));
    await cloud.createBucket(Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "new" }));
    expect(await readText(s3, { Bucket, Key: "a" })).to.equal("new");
    expect(await readText(s3, { Bucket, Key: "a", VersionId: first.VersionId })).to.equal("old");
  });

  it("a queue that is created again keeps its messages and unnamed attributes", async () => {
    const { cloud, s3, sqs } = fixture();
    const Bucket = await newBucket(fixture());
    const { url, arn } = await newEventQueue(fixture(), Bucket);
    await cloud.setQueueAttributes(url, { VisibilityTimeout: "7" });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "waiting" }));
    expect(await cloud.createQueue(arn.split(":").at(-1) ?? "", {})).to.deep.equal({ url, arn });

    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["VisibilityTimeout"] }),
    );
    expect(Attributes).to.deep.equal({ VisibilityTimeout: "7" });
    // Its policy is kept as well: S3 may still send.
    await cloud.putBucketNotification(Bucket, [{ queueArn: arn, events: ["s3:ObjectCreated:*"] }]);
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    const bodies = (await receiveAll(sqs, url, 3)).map(({ Body = "" }) => Body);
    expect(bodies).to.have.length(3);
    expect(bodies).to.include("waiting");
  });

  it("a log group that is created again keeps its lines", async () => {
    const { cloud } = fixture();
    const { name } = await newFunction(fixture(), "exports.handler = async () => console.log('said');");
    const group = `/aws/lambda/${name}`;
    await cloud.createLogGroup(group, 7);
    // A late line is in the log by the end of the next invocation.
    for (let invocation = 0; invocation < 2; invocation++) await cloud.invoke(name, null);
    await cloud.createLogGroup(group, 30);
    expect((await cloud.logLines(group)).join("\n")).to.include("said");
  });
}
