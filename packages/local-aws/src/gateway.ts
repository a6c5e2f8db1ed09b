import type { EventEmitter } from "node:events";
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  errorResponse,
  requestId,
  type Service,
} from "./awsProtocol";
import type { CloudEvents } from "./cloud";
import { type LocalServer, listen } from "./httpServer";
import type { Identities, Principal } from "./iam/identity";
import { authenticate } from "./iam/signature";
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

/**
 * The one address of the AWS API: tells which operation a request is, who signed it and whether they may, and has it
 * done. What is not known is refused with `NotImplemented`.
 *
 * @param port 0 for any free one.
 */
export function startGateway(parts: GatewayParts, port: number): Promise<LocalServer> {
  return listen((request) => answer(parts, request), port);
}

async function answer(parts: GatewayParts, request: AwsRequest): Promise<AwsResponse> {
  const service = serviceOf(request);
  const report = {
    service,
    operation: request.method,
    resource: request.path,
    principal: "anonymous",
    status: 500,
  };
  let response: AwsResponse;
  try {
    const principal = await authenticate(request, service, parts.region, parts.identities);
    report.principal = principal.arn;
    const { operation, resource, run } = understand(parts, service, request, principal);
    report.operation = operation;
    report.resource = resource;
    response = await run();
  } catch (error) {
    response = errorResponse(service, asAwsError(error), request.path);
  }
  report.status = response.status;
  parts.events.emit("request", report);
  const id = requestId();
  return { ...response, headers: { ...response.headers, "x-amz-request-id": id, "x-amzn-requestid": id } };
}

function understand(parts: GatewayParts, service: Service, request: AwsRequest, principal: Principal) {
  if (service === "sqs") {
    const call = parts.queues.parse(request);
    return {
      operation: call.operation,
      resource: call.queue,
      run: () => parts.queues.handle(call, principal),
    };
  }
  const call = parts.s3.parse(request);
  const resource = call.key ? `${call.bucket}/${call.key}` : call.bucket;
  return { operation: call.operation, resource, run: () => parts.s3.handle(call, principal) };
}

/** SQS's JSON protocol names its operation in a header; all other services' too, and those are not here. */
function serviceOf(request: AwsRequest): Service {
  return request.headers["x-amz-target"] !== undefined ? "sqs" : "s3";
}

/** Anything else that is thrown is a defect here, and a client should see it as such. */
function asAwsError(error: unknown): AwsError {
  return error instanceof AwsError
    ? error
    : new AwsError(500, "InternalError", `Defect in the local cloud: ${String(error)}`);
}
