import { badRequest, notImplemented, type RequestHead, type RequestHeaders } from "../awsProtocol";

/** A parsed S3 request. `bucket` and `key` are empty if the operation does not have them. */
export interface S3Call {
  operation: S3Operation;
  bucket: string;
  /** Decoded, as stored in the bucket. */
  key: string;
  request: RequestHead;
  /** The body, not decoded yet. */
  body: AsyncIterable<Buffer>;
}

interface Shape {
  method: string;
  on: "service" | "bucket" | "object";
  /** Query parameters that identify the operation, as `name` or `name=value`. */
  needs?: readonly string[];
  /** Other supported query parameters. */
  takes?: readonly string[];
  /** A header that identifies the operation. */
  header?: string;
}

const LISTING = ["prefix", "delimiter", "max-keys", "encoding-type"] as const;

/** Every implemented operation; the first match counts. */
const OPERATIONS = {
  ListBuckets: { method: "GET", on: "service" },
  HeadBucket: { method: "HEAD", on: "bucket" },
  ListObjectVersions: { method: "GET", on: "bucket", needs: ["versions"], takes: LISTING },
  ListObjectsV2: {
    method: "GET",
    on: "bucket",
    needs: ["list-type=2"],
    takes: [...LISTING, "start-after", "continuation-token", "fetch-owner"],
  },
  ListObjects: { method: "GET", on: "bucket", takes: [...LISTING, "marker"] },
  DeleteObjects: { method: "POST", on: "bucket", needs: ["delete"] },
  GetObject: { method: "GET", on: "object", takes: ["versionId"] },
  HeadObject: { method: "HEAD", on: "object", takes: ["versionId"] },
  CopyObject: { method: "PUT", on: "object", header: "x-amz-copy-source" },
  UploadPart: { method: "PUT", on: "object", needs: ["uploadId", "partNumber"] },
  PutObject: { method: "PUT", on: "object" },
  AbortMultipartUpload: { method: "DELETE", on: "object", needs: ["uploadId"] },
  DeleteObject: { method: "DELETE", on: "object", takes: ["versionId"] },
  CreateMultipartUpload: { method: "POST", on: "object", needs: ["uploads"] },
  CompleteMultipartUpload: { method: "POST", on: "object", needs: ["uploadId"] },
} as const satisfies Record<string, Shape>;

export type S3Operation = keyof typeof OPERATIONS;

/** `x-amz-…` headers that some operation uses, or that have no effect. */
const KNOWN_HEADERS =
  /^x-amz-(date|content-sha256|security-token|user-agent|decoded-content-length|trailer|sdk-checksum-algorithm|checksum-(algorithm|mode|type|crc32|crc32c|crc64nvme|sha1|sha256)|meta-.+|copy-source|acl|metadata-directive|expected-bucket-owner|server-side-encryption|storage-class)$/;

/** Headers for which only one value is supported. */
const ONLY_VALUES: Readonly<Record<string, string>> = {
  "x-amz-server-side-encryption": "AES256",
  // The only value that a bucket without ACLs accepts (S3 guide, "Controlling ownership of objects").
  "x-amz-acl": "bucket-owner-full-control",
  "x-amz-storage-class": "STANDARD",
  "x-amz-checksum-type": "COMPOSITE",
};

/**
 * Parses a path-style request. Unknown operations, query parameters and headers are refused.
 *
 * @throws AwsError `NotImplemented` (501), `InvalidURI` or `KeyTooLongError` (400).
 */
export function parseS3(request: RequestHead, body: AsyncIterable<Buffer>): S3Call {
  const [, bucket = "", encodedKey = ""] = /^\/([^/]*)\/?(.*)$/s.exec(request.path) ?? [];
  const key = decodeKey(encodedKey);
  const on = !bucket ? "service" : !key ? "bucket" : "object";
  const parameters = [...request.query.keys()].filter((name) => name !== "x-id");

  for (const [operation, shape] of Object.entries(OPERATIONS) as [S3Operation, Shape][]) {
    if (shape.method !== request.method || shape.on !== on) continue;
    if (shape.header && request.headers[shape.header] === undefined) continue;
    const needs = shape.needs ?? [];
    if (!needs.every((need) => holds(request.query, need))) continue;
    const known = new Set([...needs.map((need) => need.split("=", 1)[0]), ...(shape.takes ?? [])]);
    if (!parameters.every((name) => known.has(name))) continue;
    checkHeaders(request.headers);
    return { operation, bucket: decodeURIComponent(bucket), key, request, body };
  }
  const query = parameters.length > 0 ? `?${parameters.join("&")}` : "";
  throw notImplemented(`the S3 operation ${request.method} ${on}${query}`);
}

function holds(query: URLSearchParams, need: string): boolean {
  const [name = "", value] = need.split("=");
  return value === undefined ? query.has(name) : query.get(name) === value;
}

function checkHeaders(headers: RequestHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith("x-amz-") && !KNOWN_HEADERS.test(name)) throw notImplemented(`the S3 header ${name}`);
    const only = ONLY_VALUES[name];
    if (only && value !== only) throw notImplemented(`the S3 header ${name} with the value ${value}`);
  }
}

function decodeKey(encoded: string): string {
  let key: string;
  try {
    key = decodeURIComponent(encoded);
  } catch (cause) {
    throw badRequest("InvalidURI", `Couldn't parse the specified URI: ${String(cause)}`);
  }
  if (Buffer.byteLength(key) > 1024)
    throw badRequest("KeyTooLongError", "Your key is too long: 1,024 bytes at most.");
  return key;
}
