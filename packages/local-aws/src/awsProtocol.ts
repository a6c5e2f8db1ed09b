import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";

/** The account that everything belongs to. */
export const ACCOUNT_ID = "000000000000";

/** The AWS services that the gateway speaks. */
export type Service = "s3" | "sqs";

/** By their names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** An HTTP request whose body is not read yet. */
export interface RequestHead {
  method: string;
  /** As it was sent: still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: RequestHeaders;
}

/** An HTTP request, read completely. */
export interface AwsRequest extends RequestHead {
  body: Buffer;
}

/** An answer; one whose body is a stream names its Content-Length. */
export interface AwsResponse {
  status: number;
  headers: Record<string, string>;
  body?: Buffer | string | Readable;
}

/** An error with AWS's own code and HTTP status, as clients see it. */
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

/** A request that AWS refuses with the status 400. */
export function badRequest(code: string, message: string): AwsError {
  return new AwsError(400, code, message);
}

/** For what AWS can do and this cloud cannot. */
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

/** An XML document as S3 answers with. */
export function xmlResponse(root: string, status = 200): AwsResponse {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${root}`,
  };
}

/** One XML element with text; empty without a value. */
export function element(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** Control characters become references too: S3 keys may hold them, and parsers fold a bare CR. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** 16 characters, as S3 names a request. */
export function requestId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase();
}
