import type { EventEmitter } from "node:events";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AwsError, type AwsResponse, errorResponse, type RequestHead, requestId } from "./awsProtocol";
import type { CloudEvents } from "./cloud";
import { type LocalServer, listenForHeads } from "./httpServer";
import type { Identities } from "./iam/identity";
import { authenticate } from "./iam/signature";
import { parseS3 } from "./s3/operations";
import type { S3Service } from "./s3/service";
import type { Queues } from "./sqs/queues";

/** What the gateway stands in front of. */
export interface GatewayParts {
  region: string;
  identities: Identities;
  s3: S3Service;
  queues: Queues;
  events: EventEmitter<CloudEvents>;
}

/** What is reported of a request. */
type Report = CloudEvents["request"][0];

/**
 * The one address of the AWS API: finds out which operation a request is and who signed it, and has the service check
 * and do it. Anything unknown is refused with `NotImplemented`.
 *
 * @param port 0 for any free one.
 */
export function startGateway(parts: GatewayParts, port: number): Promise<LocalServer> {
  return listenForHeads((head, content) => answer(parts, head, content), port);
}

async function answer(parts: GatewayParts, head: RequestHead, content: Readable): Promise<AwsResponse> {
  // SQS's JSON protocol names its operation in a header; S3 has none like it.
  const service = head.headers["x-amz-target"] === undefined ? "s3" : "sqs";
  const report: Report = {
    service,
    operation: head.method,
    resource: head.path,
    principal: "anonymous",
    status: 500,
  };
  let response: AwsResponse;
  try {
    response = await (service === "s3" ? handleS3 : handleSqs)(parts, head, content, report);
  } catch (error) {
    response = errorResponse(service, asAwsError(error), head.path);
  }
  report.status = response.status;
  parts.events.emit("request", report);
  const id = requestId();
  return { ...response, headers: { ...response.headers, "x-amz-request-id": id, "x-amzn-requestid": id } };
}

async function handleS3(
  { region, identities, s3 }: GatewayParts,
  head: RequestHead,
  content: Readable,
  report: Report,
): Promise<AwsResponse> {
  const principal = authenticate(head, Buffer.alloc(0), "s3", region, identities);
  report.principal = principal.arn;
  const call = parseS3(head, content);
  report.operation = call.operation;
  report.resource = call.key ? `${call.bucket}/${call.key}` : call.bucket;
  return s3.handle(call, principal);
}

async function handleSqs(
  { region, identities, queues }: GatewayParts,
  head: RequestHead,
  content: Readable,
  report: Report,
): Promise<AwsResponse> {
  const body = await buffer(content);
  const principal = authenticate(head, body, "sqs", region, identities);
  report.principal = principal.arn;
  const call = queues.parse({ ...head, body });
  report.operation = call.operation;
  report.resource = call.queue;
  return queues.handle(call, principal);
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if ((error as { code?: unknown }).code === "ECONNRESET")
    return new AwsError(400, "RequestTimeout", "The connection ended before the whole request was read.");
  // Anything else is a defect here, and a client should see it as such.
  return new AwsError(500, "InternalError", `Defect in the local cloud: ${String(error)}`);
}
