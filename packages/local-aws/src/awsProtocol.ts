import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";

/** The account that everything belongs to. */
export const ACCOUNT_ID = "000000000000";

/** The AWS services behind the gateway. */
export type Service = "s3" | "sqs";

/** By lower-case name. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** An HTTP request whose body has not been read yet. */
export interface RequestHead {
  method: string;
  /** As sent: still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: RequestHeaders;
}

/** An HTTP request with its whole body. */
export interface AwsRequest extends RequestHead {
  body: Buffer;
}

/** An HTTP response. If its body is a stream, its headers include Content-Length. */
export interface AwsResponse {
  status: number;
  headers: Record<string, string>;
  body?: Buffer | string | Readable;
}

/** An error with AWS's code and HTTP status, as clients receive it. */
export class AwsError extends Error {
  override name = "AwsError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** An error for a request that AWS refuses with status 400. */
export function badRequest(code: string, message: string): AwsError {
  return new AwsError(400, code, message);
}

/** An error for something that AWS can do and this cloud cannot. */
export function notImplemented(what: string): AwsError {
  return new AwsError(501, "NotImplemented", `The local cloud does not implement ${what}.`);
}

/** The error in the service's own format: XML for S3, JSON for SQS. */
export function errorResponse(service: Service, error: AwsError, resource: string): AwsResponse {
  const { status, code, message } = error;
  if (service === "sqs") {
    return {
      status,
      headers: {
        ...error.headers,
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-query-error": `${code};${status < 500 ? "Sender" : "Receiver"}`,
      },
      body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
    };
  }
  const body = `<Error>${element("Code", code)}${element("Message", message)}${element("Resource", resource)}${element("RequestId", requestId())}</Error>`;
  return { ...xmlResponse(body, status), headers: { ...error.headers, "content-type": "application/xml" } };
}

/** A response with an XML document, as S3 sends it. */
export function xmlResponse(root: string, status = 200): AwsResponse {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${root}`,
  };
}

/** An XML element with text; an empty string if there is no value. */
export function element(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** Escapes control characters too: S3 keys may contain them, and parsers normalize a bare CR. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A request id like S3's: 16 characters. */
export function requestId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase();
}
