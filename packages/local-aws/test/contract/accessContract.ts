import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import {
  allow,
  expectError,
  expectRefusal,
  type Fixture,
  LAMBDA_TRUST,
  newBucket,
  newFunction,
  readText,
  s3Client,
  send,
  sqsClient,
} from "./support";

/** Returns its role's credentials, so that a test can act as the role. */
const REPORT_KEYS = `exports.handler = async () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  sessionToken: process.env.AWS_SESSION_TOKEN,
})`;

/** Access control: signatures, roles, resource policies, public access. */
export function accessContract(fixture: () => Fixture): void {
  describe("signatures", () => {
    it("refuses unknown keys, wrong secrets and unsigned requests", async () => {
      const { cloud } = fixture();
      const Bucket = await newBucket(fixture());
      const list = (credentials: typeof cloud.operator) =>
        s3Client(cloud, credentials).send(new ListObjectsV2Command({ Bucket }));
      await expectRefusal(
        list({ accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" }),
        "InvalidAccessKeyId",
        403,
      );
      await expectRefusal(
        list({ ...cloud.operator, secretAccessKey: "wrong" }),
        "SignatureDoesNotMatch",
        403,
      );
      await expectRefusal(list({ ...cloud.operator, sessionToken: "stolen" }), "InvalidToken", 400);
      const anonymous = await send(`${cloud.endpoint}/${Bucket}`);
      expect(anonymous.status).to.equal(403);
      expect(anonymous.body).to.include("<Code>AccessDenied</Code>");
    });

    it("refuses an SQS request with a wrong secret", async () => {
      const { cloud } = fixture();
      const { url } = await cloud.createQueue(fixture().name("queue"), {});
      const stranger = sqsClient(cloud, { ...cloud.operator, secretAccessKey: "wrong" });
      const call = stranger.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
      // The error's name in SQS's JSON protocol, or in the older query protocol.
      await expectRefusal(call, /^(InvalidSignatureException|SignatureDoesNotMatch) /, 403);
    });
  });

  describe("roles", () => {
    it("lets a function do what its role grants, and nothing else", async () => {
      const { cloud } = fixture();
      const Bucket = await newBucket(fixture());
      const policy = allow(["s3:GetObject", "s3:PutObject"], `arn:aws:s3:::${Bucket}/mine/*`);
      const { name, role } = await newFunction(fixture(), REPORT_KEYS, { policy });
      const keys = (await cloud.invoke(name, null)) as typeof cloud.operator;
      const own = s3Client(cloud, keys);

      await own.send(new PutObjectCommand({ Bucket, Key: "mine/a", Body: "x" }));
      expect(await readText(own, { Bucket, Key: "mine/a" })).to.equal("x");
      await expectRefusal(
        own.send(new PutObjectCommand({ Bucket, Key: "other", Body: "x" })),
        "AccessDenied",
        403,
      );
      await expectRefusal(own.send(new ListObjectsV2Command({ Bucket })), "AccessDenied", 403);
      await cloud.putRolePolicy(role, "work", allow("s3:PutObject", `arn:aws:s3:::${Bucket}/mine/*`));
      await expectRefusal(own.send(new GetObjectCommand({ Bucket, Key: "mine/a" })), "AccessDenied", 403);
      await cloud.deleteFunction(name);
      own.destroy();
    });

    it("refuses a conditional write without permission to read", async () => {
      const { cloud } = fixture();
      const Bucket = await newBucket(fixture());
      const policy = allow("s3:PutObject", `arn:aws:s3:::${Bucket}/*`);
      const { name } = await newFunction(fixture(), REPORT_KEYS, { policy });
      const own = s3Client(cloud, (await cloud.invoke(name, null)) as typeof cloud.operator);
      await own.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
      const conditional = new PutObjectCommand({ Bucket, Key: "a", Body: "y", IfMatch: '"x"' });
      await expectRefusal(own.send(conditional), "AccessDenied", 403);
      own.destroy();
    });

    it("hides whether a key exists from a caller that may not list", async () => {
      const { cloud, s3 } = fixture();
      const Bucket = await newBucket(fixture());
      const policy = allow("s3:GetObject", `arn:aws:s3:::${Bucket}/*`);
      const { name } = await newFunction(fixture(), REPORT_KEYS, { policy });
      const own = s3Client(cloud, (await cloud.invoke(name, null)) as typeof cloud.operator);
      await expectRefusal(s3.send(new GetObjectCommand({ Bucket, Key: "none" })), "NoSuchKey", 404);
      await expectRefusal(own.send(new GetObjectCommand({ Bucket, Key: "none" })), "AccessDenied", 403);
      own.destroy();
    });

    it("respects conditions and explicit denials", async () => {
      const { cloud } = fixture();
      const Bucket = await newBucket(fixture());
      const arn = `arn:aws:s3:::${Bucket}`;
      const list = allow("s3:ListBucket", arn, { Condition: { StringLike: { "s3:prefix": "raw/*" } } });
      const { name } = await newFunction(fixture(), REPORT_KEYS, { policy: list });
      const own = s3Client(cloud, (await cloud.invoke(name, null)) as typeof cloud.operator);
      await own.send(new ListObjectsV2Command({ Bucket, Prefix: "raw/bls" }));
      await expectRefusal(
        own.send(new ListObjectsV2Command({ Bucket, Prefix: "secret/" })),
        "AccessDenied",
        403,
      );

      const Statement = [{ Effect: "Deny", Principal: "*", Action: "s3:ListBucket", Resource: arn }];
      await cloud.putBucketPolicy(Bucket, { Version: "2012-10-17", Statement });
      await expectRefusal(
        own.send(new ListObjectsV2Command({ Bucket, Prefix: "raw/bls" })),
        "AccessDenied",
        403,
      );
      own.destroy();
    });

    it("refuses policies that IAM would refuse", async () => {
      const { cloud, name } = fixture();
      const role = name("role");
      await cloud.putRole(role, LAMBDA_TRUST);
      const unknown = allow("s3:GetObject", "*", { Condition: { StringFoo: { "aws:SourceIp": "x" } } });
      await expectError(cloud.putRolePolicy(role, "p", unknown), /StringFoo/);
    });

    it("refuses a queue operation without permission", async () => {
      const { cloud } = fixture();
      const { url, arn } = await cloud.createQueue(fixture().name("queue"), {});
      const { name } = await newFunction(fixture(), REPORT_KEYS, {
        policy: allow("sqs:GetQueueAttributes", arn),
      });
      const own = sqsClient(cloud, (await cloud.invoke(name, null)) as typeof cloud.operator);
      await own.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
      await expectRefusal(
        own.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" })),
        "AccessDenied",
        403,
      );
    });
  });

  describe("public access", () => {
    it("is blocked on a new bucket, even by policy", async () => {
      const { cloud } = fixture();
      const Bucket = await newBucket(fixture());
      const policy = allow("s3:GetObject", `arn:aws:s3:::${Bucket}/*`, { Principal: "*" });
      await expectError(cloud.putBucketPolicy(Bucket, policy), /BlockPublicPolicy/);
    });

    it("is open to what the policy names, until the block restricts it", async () => {
      const { cloud, s3 } = fixture();
      const Bucket = await newBucket(fixture());
      for (const Key of ["public/a", "private"])
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      await cloud.putPublicAccessBlock(Bucket, null);
      await cloud.putBucketPolicy(
        Bucket,
        allow("s3:GetObject", `arn:aws:s3:::${Bucket}/public/*`, { Principal: "*" }),
      );
      expect(await send(`${cloud.endpoint}/${Bucket}/public/a`)).to.include({
        status: 200,
        body: "public/a",
      });
      expect((await send(`${cloud.endpoint}/${Bucket}/private`)).status).to.equal(403);
      expect((await send(`${cloud.endpoint}/${Bucket}/public/a`, { method: "DELETE" })).status).to.equal(403);

      const block = {
        blockPublicAcls: true,
        blockPublicPolicy: false,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      };
      await cloud.putPublicAccessBlock(Bucket, block);
      expect((await send(`${cloud.endpoint}/${Bucket}/public/a`)).status).to.equal(403);
    });
  });
}
