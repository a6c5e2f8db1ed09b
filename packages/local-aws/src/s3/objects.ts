import {
  AwsError,
  type AwsResponse,
  badRequest,
  element,
  notImplemented,
  type RequestHeaders,
  xmlResponse,
} from "../awsProtocol";
import { contentEncoding, VerifiedContent } from "./body";
import { type Checksum, checksumHeader } from "./checksums";
import type { ObjectStore } from "./objectStore";
import type { S3Call } from "./operations";
import { checkRead, checkWrite } from "./preconditions";
import type { NewObject, StoredObject } from "./storedObject";

/** A change to an object, for notifications. */
export interface ObjectChange {
  bucket: string;
  key: string;
  /** S3's event name without the `s3:`, e.g. `ObjectCreated:Put`. */
  event: string;
  size?: number;
  /** Without quotes. */
  eTag?: string;
  versionId?: string;
}

/** The parts that the handlers of S3's operations use. */
export interface S3Context {
  readonly objects: ObjectStore;
  changed(change: ObjectChange): void;
}

/** The request headers that an object keeps, besides `x-amz-meta-…`. */
const KEPT_HEADERS = ["cache-control", "content-disposition", "content-language"];
/** Anything longer is streamed from its file. */
const STREAMED_BYTES = 64 * 1024;
/** S3 encrypts every object, at least with its own key, and says so in its responses. */
const ENCRYPTION = { "x-amz-server-side-encryption": "AES256" };

export function getObject(s3: S3Context, call: Pick<S3Call, "bucket" | "key" | "request">): AwsResponse {
  const { bucket, key, request } = call;
  const object = s3.objects.get(bucket, key, request.query.get("versionId") ?? undefined);
  const { size } = object;
  const headers = {
    ...object.headers,
    "content-length": String(size),
    "accept-ranges": "bytes",
    etag: object.etag,
    "last-modified": object.modified.toUTCString(),
    ...versionHeader(s3, bucket, object),
    ...ENCRYPTION,
  };
  if (checkRead(request.headers, object) === "notModified") return { status: 304, headers };

  const range = parseRange(request.headers.range, size);
  const wanted = range ?? { start: 0, end: size - 1 };
  const length = wanted.end - wanted.start + 1;
  const read = length > STREAMED_BYTES ? "read" : "readNow";
  const isEmpty = request.method === "HEAD" || length === 0;
  const body = isEmpty ? "" : s3.objects[read](object.content, wanted.start, wanted.end);
  if (range) {
    const contentRange = `bytes ${range.start}-${range.end}/${size}`;
    const partial = { ...headers, "content-length": String(length), "content-range": contentRange };
    return { status: 206, headers: partial, body };
  }
  const withChecksum = request.headers["x-amz-checksum-mode"] === "ENABLED";
  return { status: 200, headers: { ...headers, ...(withChecksum && object.checksumHeaders) }, body };
}

export async function putObject(s3: S3Context, { bucket, key, request, body }: S3Call): Promise<AwsResponse> {
  const headers = describe(request.headers);
  const verified = new VerifiedContent(request.headers, body);
  const content = await s3.objects.write(verified);
  const checksumHeaders = verified.checksum ? wholeChecksum(verified.checksum) : {};
  const etag = `"${verified.md5.toString("hex")}"`;
  const object = { content, size: verified.size, etag, headers, checksumHeaders };
  const stored = commit(s3, { bucket, key, request }, object, "ObjectCreated:Put");
  return {
    status: 200,
    headers: { etag, ...versionHeader(s3, bucket, stored), ...ENCRYPTION, ...checksumHeaders },
  };
}

export async function copyObject(s3: S3Context, call: S3Call): Promise<AwsResponse> {
  const { bucket, key, request } = call;
  const source = copySource(request.headers);
  const object = s3.objects.get(source.bucket, source.key, source.versionId);
  const replace = request.headers["x-amz-metadata-directive"] === "REPLACE";
  if (!replace && bucket === source.bucket && key === source.key && !source.versionId) {
    throw badRequest(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
    );
  }
  const headers = replace ? describe(request.headers) : object.headers;
  const content = await s3.objects.write(s3.objects.read(object.content));
  const stored = commit(s3, call, { ...object, content, headers }, "ObjectCreated:Copy");
  const response = xmlResponse(
    `<CopyObjectResult>${element("ETag", stored.etag)}${element("LastModified", stored.modified.toISOString())}</CopyObjectResult>`,
  );
  return {
    ...response,
    headers: { ...response.headers, ...versionHeader(s3, bucket, stored), ...ENCRYPTION },
  };
}

/**
 * Makes a written content the object's current version, if the request's conditions hold now, and announces the change.
 *
 * @throws AwsError as {@link checkWrite} does, or `NoSuchBucket`; the content is then removed.
 */
export function commit(
  s3: S3Context,
  { bucket, key, request }: Pick<S3Call, "bucket" | "key" | "request">,
  object: NewObject,
  event: string,
): StoredObject {
  try {
    checkWrite(request.headers, s3.objects.current(bucket, key));
    const stored = s3.objects.put(bucket, key, object);
    const version = s3.objects.versioningOf(bucket) !== null && { versionId: stored.versionId };
    const { size, etag } = stored;
    s3.changed({ bucket, key, event, size, eTag: etag.replaceAll('"', ""), ...version });
    return stored;
  } catch (error) {
    s3.objects.discard(object.content);
    throw error;
  }
}

/** Parses `x-amz-copy-source`: a percent-encoded `/bucket/key`, optionally with `?versionId=`. */
export function copySource(headers: RequestHeaders): { bucket: string; key: string; versionId?: string } {
  const [path = "", query = ""] = (headers["x-amz-copy-source"] ?? "").split("?", 2);
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodePath(path)) ?? [];
  if (!bucket || !key)
    throw badRequest(
      "InvalidArgument",
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  const versionId = new URLSearchParams(query).get("versionId");
  return { bucket, key, ...(versionId && { versionId }) };
}

/** Decodes percent-encoding; empty if the text is not validly encoded. */
function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** The headers that a new object keeps, for PutObject and CreateMultipartUpload. */
export function describe(headers: RequestHeaders): Record<string, string> {
  if (headers.expires !== undefined) throw notImplemented("the S3 header Expires");
  const encoding = contentEncoding(headers);
  const kept = Object.entries(headers).filter(
    ([name]) => KEPT_HEADERS.includes(name) || name.startsWith("x-amz-meta-"),
  );
  return {
    "content-type": headers["content-type"] ?? "binary/octet-stream",
    ...(encoding && { "content-encoding": encoding }),
    ...Object.fromEntries(kept),
  };
}

/** The header with the version id, if the bucket keeps versions. */
export function versionHeader(s3: S3Context, bucket: string, object: StoredObject): Record<string, string> {
  return s3.objects.versioningOf(bucket) === null ? {} : { "x-amz-version-id": object.versionId };
}

function wholeChecksum({ name, value }: Checksum): Record<string, string> {
  return { [checksumHeader(name)]: value, "x-amz-checksum-type": "FULL_OBJECT" };
}

/** The requested bytes, inclusive; undefined for the whole object. As on S3, multiple ranges are not supported. */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (!first && !last) return undefined;
  const start = first ? Number(first) : Math.max(0, size - Number(last));
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1;
  if (start > end) {
    throw new AwsError(416, "InvalidRange", "The requested range is not satisfiable", {
      "content-range": `bytes */${size}`,
    });
  }
  return { start, end };
}
