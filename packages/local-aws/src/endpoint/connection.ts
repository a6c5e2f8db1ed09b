import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { CloudError, type Credentials } from "../cloud";

/** An endpoint with AWS's API, and the clients that call it with one set of credentials. */
export interface Connection {
  /** Without a trailing slash, e.g. `http://127.0.0.1:4566`. */
  endpoint: string;
  region: string;
  /** The account that the credentials belong to, twelve digits. */
  accountId: string;
  credentials: Credentials;
  s3: S3Client;
  sqs: SQSClient;
  iam: IAMClient;
  lambda: LambdaClient;
  events: EventBridgeClient;
  logs: CloudWatchLogsClient;
  /** Ends the clients' connections. */
  close(): void;
}

/**
 * Creates the clients, and asks the endpoint which account the credentials belong to.
 *
 * @throws CloudError if nothing answers there, or the credentials are refused.
 */
export async function connect(
  endpoint: string,
  region: string,
  credentials: Credentials,
): Promise<Connection> {
  const configuration = { endpoint, region, credentials };
  const clients = {
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    sqs: new SQSClient(configuration),
    iam: new IAMClient(configuration),
    lambda: new LambdaClient(configuration),
    events: new EventBridgeClient(configuration),
    logs: new CloudWatchLogsClient(configuration),
  };
  const accountId = await askAccount(new STSClient({ ...configuration, maxAttempts: 1 }), endpoint);
  return {
    ...configuration,
    accountId,
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

async function askAccount(sts: STSClient, endpoint: string): Promise<string> {
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account === undefined) throw new Error("its response contains no account");
    return Account;
  } catch (cause) {
    throw new CloudError(`There is no cloud with AWS's API at ${endpoint} that accepts these credentials.`, {
      cause,
    });
  } finally {
    sts.destroy();
  }
}

/**
 * The call's result; `undefined` if it fails with one of these AWS error codes for something that does not exist.
 *
 * @throws any other error.
 */
export async function unlessMissing<T>(call: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && codes.includes(error.name)) return undefined;
    throw error;
  }
}
