import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { startCloud } from "../../src/startCloud";
import { expectError, useCloud } from "../contract/support";

describe("a queue of the local cloud", () => {
  const fixture = useCloud(async () => ({ cloud: await startCloud() }));

  it("hands out a message once per call, even if it does not hide it", async () => {
    const { cloud, sqs, name } = fixture();
    const { url } = await cloud.createQueue(name("queue"), {});
    for (const MessageBody of ["a", "b"])
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    const peek = new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0, MaxNumberOfMessages: 10 });
    for (let call = 0; call < 3; call++) {
      const { Messages = [] } = await sqs.send(peek);
      expect(Messages.map(({ Body }) => Body).sort()).to.deep.equal(["a", "b"]);
    }
  });

  it("cannot be its own dead-letter queue", async () => {
    const { cloud, name } = fixture();
    const { url, arn } = await cloud.createQueue(name("queue"), {});
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 });
    await expectError(
      cloud.setQueueAttributes(url, { RedrivePolicy }),
      /cannot be its own dead-letter queue/,
    );
  });

  it("refuses attributes that are not JSON", async () => {
    const { cloud, name } = fixture();
    const { url } = await cloud.createQueue(name("queue"), {});
    for (const attribute of ["Policy", "RedrivePolicy"])
      await expectError(
        cloud.setQueueAttributes(url, { [attribute]: "{" }),
        new RegExp(`${attribute} .* not JSON`),
      );
  });
});
