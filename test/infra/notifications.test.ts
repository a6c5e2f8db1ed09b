import type { Plan } from "@data-quest/local-pulumi/program/plan";
import { expect } from "chai";
import { byType, declare, one, statements } from "../support/declaredProgram";

describe("the queue", function () {
  this.timeout(60_000);
  let dev: Plan;
  before(async () => {
    dev = await declare("dev");
  });

  it("is the only target of the bucket's notifications, for changes under raw/, set up after its policy", () => {
    const notification = one(dev.resources, "aws:s3/bucketNotification:BucketNotification", "raw-changes");
    expect(byType(dev.resources, notification.type)).to.have.length(1);
    const [{ id: _, queueArn, ...filter } = {}] = notification.inputs.queues as Record<string, unknown>[];
    expect(filter).to.deep.equal({
      events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
      filterPrefix: "raw/",
    });
    const policy = one(dev.resources, "aws:sqs/queuePolicy:QueuePolicy", "raw-changes");
    expect(notification.dependencies).to.include(policy.urn);
    const [statement] = statements(policy.inputs.policy);
    expect(statement).to.deep.include({
      Action: "sqs:SendMessage",
      Principal: { Service: "s3.amazonaws.com" },
    });
    expect(statement?.Resource).to.equal(queueArn);
    expect(statement?.Condition).to.deep.equal({
      ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${notification.inputs.bucket}` },
      StringEquals: { "aws:SourceAccount": "123456789012" },
    });
  });

  it("hides a message for six times the function's timeout plus the batching window, and gives up after five tries", async () => {
    const { resources } = await declare("dev", { analysisTimeoutSeconds: "70", batchWindowSeconds: "15" });
    const queue = one(resources, "aws:sqs/queue:Queue", "raw-changes");
    expect(queue.inputs.visibilityTimeoutSeconds).to.equal(435);
    expect(one(resources, "aws:lambda/function:Function", "analyze").inputs.timeout).to.equal(70);
    const redrive = JSON.parse(String(queue.inputs.redrivePolicy)) as Record<string, unknown>;
    expect(redrive.maxReceiveCount).to.equal(5);
    expect(redrive.deadLetterTargetArn).to.match(/:dead-letters-/);
  });
});
