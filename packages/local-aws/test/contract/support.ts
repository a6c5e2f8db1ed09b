import { request as httpRequest } from "node:http";
import { GetObjectCommand, type GetObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import { type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Cloud, Credentials, FunctionConfiguration, PolicyDocument } from "../../src/cloud";

/** The cloud and its clients, which act as the operator. */
export interface Fixture {
  cloud: Cloud;
  s3: S3Client;
  sqs: SQSClient;
  /** A name unique to the test. */
  name(kind: string): string;
  /** How long queues hide a message in the tests, in seconds; functions that poll them have half of it. */
  visibilityTimeout: number;
  /** How soon a mapping is sure to have polled its queue. */
  polledWithinMs: number;
}

/**
 * Starts the cloud, or skips the suite with a reason. Every name that the tests use ends with the suffix, so that names
 * are unique even in a cloud that already has content. A cloud that skips waits can use a visibility timeout so long that
 * no function reaches it even on a busy machine; the default is short, because other clouds have to wait for it. They also
 * poll only every few seconds.
 */
export type StartCloud = (
  context: Mocha.Context,
) => Promise<{ cloud: Cloud; suffix?: string; visibilityTimeout?: number; polledWithinMs?: number }>;

const STARTED_WITHIN_MS = 60_000;
/** Time for removing everything that the tests created, one by one, from a cloud that keeps running. */
const REMOVED_WITHIN_MS = 120_000;

/** Registers mocha hooks that start a cloud for the surrounding `describe`, and close it. */
export function useCloud(start: StartCloud): () => Fixture {
  let fixture: Fixture | undefined;
  let count = 0;
  before(async function () {
    this.timeout(STARTED_WITHIN_MS);
    const { cloud, suffix = "", visibilityTimeout = 3, polledWithinMs = 15_000 } = await start(this);
    const name = (kind: string) => `${kind}-${++count}${suffix}`;
    fixture = { cloud, s3: s3Client(cloud), sqs: sqsClient(cloud), name, visibilityTimeout, polledWithinMs };
  });
  after(async function () {
    this.timeout(REMOVED_WITHIN_MS);
    fixture?.s3.destroy();
    fixture?.sqs.destroy();
    await fixture?.cloud.close();
  });
  return () => {
    if (!fixture) throw new Error("The cloud is not started: use the fixture within a test.");
    return fixture;
  };
}

export function s3Client(cloud: Cloud, credentials: Credentials = cloud.operator): S3Client {
  return new S3Client({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
}

export function sqsClient(cloud: Cloud, credentials: Credentials = cloud.operator): SQSClient {
  return new SQSClient({ endpoint: cloud.endpoint, region: cloud.region, credentials, maxAttempts: 1 });
}

/** A new bucket for the test. */
export async function newBucket({ cloud, name }: Fixture, versioned = false): Promise<string> {
  const bucket = name("bucket");
  await cloud.createBucket(bucket);
  if (versioned) await cloud.putBucketVersioning(bucket, "Enabled");
  return bucket;
}

export async function readText(s3: S3Client, input: GetObjectCommandInput): Promise<string> {
  const answer = await s3.send(new GetObjectCommand(input));
  return (await answer.Body?.transformToString()) ?? "";
}

/** Asserts that a call is refused with this code (the error's name if S3 sends no body) and HTTP status. */
export async function expectRefusal(
  call: Promise<unknown>,
  code: string | RegExp,
  status: number,
): Promise<void> {
  const answer = await call.then(
    () => "no error",
    (error: { name?: string; $metadata?: { httpStatusCode?: number } }) =>
      `${error.name} ${error.$metadata?.httpStatusCode}`,
  );
  if (typeof code === "string") expect(answer).to.equal(`${code} ${status}`);
  else
    expect(answer)
      .to.match(code)
      .and.to.match(new RegExp(` ${status}$`));
}

/** Asserts that the cloud's control plane refuses, with a message that matches. */
export async function expectError(call: Promise<unknown>, words: RegExp): Promise<Error> {
  const error = await call.then(
    () => new Error("no error"),
    (error: Error) => error,
  );
  expect(error.message).to.match(words);
  return error;
}

/** Sends a request without the SDK. */
export function send(
  address: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = options;
    const request = httpRequest(address, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

export function allow(
  action: string | string[],
  resource: string | string[],
  more: Record<string, unknown> = {},
): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: action, Resource: resource, ...more }],
  };
}

export const LAMBDA_TRUST: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

/** A function with this `index.js`, and a role that may write logs and do what `policy` allows. */
export async function newFunction(
  { cloud, name: newName }: Pick<Fixture, "cloud" | "name">,
  source: string,
  options: Partial<FunctionConfiguration> & { policy?: PolicyDocument } = {},
): Promise<{ name: string; arn: string; role: string }> {
  const name = newName("function");
  const role = `${name}-role`;
  const { arn: roleArn } = await cloud.putRole(role, LAMBDA_TRUST);
  const logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
  await cloud.putRolePolicy(role, "logs", allow(logs, "*"));
  const { policy, ...configuration } = options;
  if (policy) await cloud.putRolePolicy(role, "work", policy);
  const { arn } = await cloud.putFunction({
    name,
    files: { "index.js": Buffer.from(source) },
    handler: "index.handler",
    runtime: `nodejs${process.versions.node.split(".")[0]}.x`,
    architectures: ["arm64"],
    roleArn,
    timeoutSeconds: 5,
    memoryMiB: 128,
    environment: {},
    ...configuration,
  });
  return { name, arn, role };
}

/** A queue whose policy lets S3 send the bucket's events. */
export async function newEventQueue(
  { cloud, name }: Fixture,
  bucket: string,
): Promise<{ url: string; arn: string }> {
  const queue = await cloud.createQueue(name("queue"), {});
  const condition = { Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${bucket}` } } };
  const policy = allow("sqs:SendMessage", queue.arn, {
    Principal: { Service: "s3.amazonaws.com" },
    ...condition,
  });
  await cloud.setQueueAttributes(queue.url, { Policy: JSON.stringify(policy) });
  return queue;
}

/** Receives messages until none are left (or `atLeast` have arrived), and leaves them in flight. */
export async function receiveAll(sqs: SQSClient, url: string, atLeast = 0): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const wait = messages.length < atLeast ? 5 : 0;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: wait,
        MessageSystemAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) return messages;
    messages.push(...Messages);
  }
}

/** Removes everything whose name contains this text. */
export async function removeAll(cloud: Cloud, part: string): Promise<void> {
  const found = await cloud.inventory();
  const named = (names: readonly string[]) => names.filter((name) => name.includes(part));
  for (const uuid of found.eventSourceMappings) {
    const mapping = await cloud.getEventSourceMapping(uuid);
    if (mapping?.functionName.includes(part)) await cloud.deleteEventSourceMapping(uuid);
  }
  for (const name of named(found.rules)) await cloud.deleteRule(name);
  for (const name of named(found.functions)) await cloud.deleteFunction(name);
  for (const name of named(found.roles)) await cloud.deleteRole(name);
  for (const name of named(found.logGroups)) await cloud.deleteLogGroup(name);
  for (const name of named(found.buckets)) await cloud.deleteBucket(name, { force: true });
  for (const name of named(found.queues)) {
    const { url } = await cloud.createQueue(name, {});
    await cloud.deleteQueue(url);
  }
}
