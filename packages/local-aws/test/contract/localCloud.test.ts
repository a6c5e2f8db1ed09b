import path from "node:path";
import { GetBucketAclCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListDeadLetterSourceQueuesCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { startCloud } from "../../src/startCloud";
import { cloudContract } from "./cloudContract";
import { allow, expectError, expectRefusal, newBucket, newFunction, send, useCloud } from "./support";

const EMPTY = "exports.handler = async () => {}";

cloudContract("the local cloud", async () => ({
  cloud: await startCloud(),
  visibilityTimeout: 120,
  polledWithinMs: 700,
}));

/** Cases in which it deliberately does less than AWS, or depends on this machine. */
describe("the local cloud alone", () => {
  const fixture = useCloud(async () => ({ cloud: await startCloud() }));

  it("refuses S3 features that it does not implement", async () => {
    const { cloud, s3 } = fixture();
    const Bucket = await newBucket(fixture());
    const put = { Bucket, Key: "x", Body: "x" };
    for (const call of [
      () => s3.send(new GetBucketAclCommand({ Bucket })),
      () => s3.send(new PutObjectCommand({ ...put, Tagging: "a=b" })),
      () => s3.send(new PutObjectCommand({ ...put, StorageClass: "GLACIER" })),
      () => s3.send(new GetObjectCommand({ Bucket, Key: "x", PartNumber: 1 })),
    ])
      await expectRefusal(call(), "NotImplemented", 501);

    await cloud.putPublicAccessBlock(Bucket, null);
    const everybody = allow("s3:PutObject", `arn:aws:s3:::${Bucket}/*`, { Principal: "*" });
    await cloud.putBucketPolicy(Bucket, everybody);
    const headers = { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };
    const answer = await send(`${cloud.endpoint}/${Bucket}/x`, { method: "PUT", body: "x", headers });
    expect(answer).to.include({ status: 501 });
    expect(answer.body).to.include("<Code>NotImplemented</Code>");
  });

  it("refuses invalid bucket names", async () => {
    for (const name of ["b", "Data", "data_1", "a..b", "127.0.0.1", "sthree-x", "x".repeat(64)])
      await expectError(fixture().cloud.createBucket(name), /bucket is not valid/);
  });

  it("refuses SQS features that it does not implement", async () => {
    const { cloud, name, sqs } = fixture();
    const { url } = await cloud.createQueue(name("queue"), {});
    const call = sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: url }));
    await expectRefusal(call, "NotImplemented", 501);
  });

  it("refuses functions that this machine cannot run", async () => {
    await expectError(
      newFunction(fixture(), EMPTY, { runtime: "nodejs18.x" }),
      /nodejs18\.x.*this machine runs Node/,
    );
    const files = { "../out.js": Buffer.from("") };
    await expectError(newFunction(fixture(), EMPTY, { files }), /outside/);
  });

  it("gives functions these variables and no others", async () => {
    const { cloud } = fixture();
    const source = "exports.handler = async () => process.env";
    const { name } = await newFunction(fixture(), source, { environment: { BUCKET: "data" } });
    const env = (await cloud.invoke(name, null)) as Record<string, string>;
    const onWindows = process.platform === "win32" ? ["SystemRoot", "TEMP", "TMP"] : ["TMPDIR"];
    expect(Object.keys(env)).to.have.members([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "BUCKET",
      "LAMBDA_TASK_ROOT",
      "PATH",
      "TZ",
      "_HANDLER",
      ...onWindows,
    ]);
    expect(env.AWS_ENDPOINT_URL).to.equal(cloud.endpoint);
  });
});

describe("the local cloud on a machine with a proxy and a certificate authority", () => {
  const machine = {
    https_proxy: "http://proxy.invalid:3128",
    NODE_EXTRA_CA_CERTS: "package.json",
    NODE_USE_SYSTEM_CA: "1",
    HOME: "/home/me",
    GITHUB_TOKEN: "secret",
  };
  const fixture = useCloud(async () => ({ cloud: await startCloud({ machine }) }));

  it("passes only these of the machine's variables on to functions", async () => {
    const { cloud } = fixture();
    const source = "exports.handler = async () => process.env";
    const { name } = await newFunction(fixture(), source);
    const env = (await cloud.invoke(name, null)) as Record<string, string>;
    expect(env).to.include({
      HTTPS_PROXY: "http://proxy.invalid:3128",
      NO_PROXY: "localhost,127.0.0.1,::1,[::1]",
      NODE_USE_ENV_PROXY: "1",
      NODE_EXTRA_CA_CERTS: path.resolve("package.json"),
      NODE_USE_SYSTEM_CA: "1",
    });
    expect(env).not.to.have.any.keys("HTTP_PROXY", "https_proxy", "HOME", "GITHUB_TOKEN");
  });

  it("lets a function's own variables win", async () => {
    const { cloud } = fixture();
    const source = "exports.handler = async () => process.env.HTTPS_PROXY";
    const environment = { HTTPS_PROXY: "http://own.invalid" };
    const { name } = await newFunction(fixture(), source, { environment });
    expect(await cloud.invoke(name, null)).to.equal("http://own.invalid");
  });
});
