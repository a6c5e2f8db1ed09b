import type { EventEmitter } from "node:events";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  AwsError,
  type AwsResponse,
  badRequest,
  errorResponse,
  type RequestHead,
  requestId,
} from "./awsProtocol";
import type { CloudEvents } from "./cloud";
import { type LocalServer, listenForHeads } from "./httpServer";
import type { Authorizer } from "./iam/authorization";
import type { Identities } from "./iam/identity";
import { authenticate } from "./iam/signature";
import { parseS3 } from "./s3/operations";
import type { S3Service } from "./s3/service";
import type { Queues } from "./sqs/queues";
import { handleSqs, parseSqs } from "./sqs/sqsApi";

/** The services behind the gateway. */
interface GatewayParts {
  region: string;
  identities: Identities;
  authorizer: Authorizer;
  s3: S3Service;
  queues: Queues;
  events: EventEmitter<CloudEvents>;
}

/** A request, as {@link CloudEvents} reports it. */
type Report = CloudEvents["request"][0];

/**
 * The single address of the AWS API: determines a request's operation and signer, and passes it to the service, which
 * authorizes and executes it. Anything unknown is refused with `NotImplemented`.
 *
 * @param port 0 for any free port.
 */
export function startGateway(parts: GatewayParts, port: number): Promise<LocalServer> {
  return listenForHeads((head, content) => answer(parts, head, content), port);
}

async function answer(parts: GatewayParts, head: RequestHead, content: Readable): Promise<AwsResponse> {
  // SQS's JSON protocol names the operation in this header, which S3 does not use.
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
    const body = service === "sqs" ? await buffer(content) : Buffer.alloc(0);
    const principal = authenticate(head, body, service, parts.region, parts.identities);
    report.principal = principal.arn;
    if (service === "s3") {
      const call = parseS3(head, content);
      Object.assign(report, {
        operation: call.operation,
        resource: [call.bucket, call.key].filter(Boolean).join("/"),
      });
      response = await parts.s3.handle(call, principal);
    } else {
      const call = parseSqs(head, body);
      Object.assign(report, { operation: call.operation, resource: call.queue });
      response = await handleSqs(parts.queues, parts.authorizer, call, principal);
    }
  } catch (error) {
    response = errorResponse(service, asAwsError(error), head.path);
  }
  report.status = response.status;
  parts.events.emit("request", report);
  const id = requestId();
  return { ...response, headers: { ...response.headers, "x-amz-request-id": id, "x-amzn-requestid": id } };
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if ((error as { code?: unknown }).code === "ECONNRESET")
    return badRequest("RequestTimeout", "The connection ended before the whole request was read.");
  // Anything else is a bug here, and the response says so.
  return new AwsError(500, "InternalError", `Defect in the local cloud: ${String(error)}`);
}
