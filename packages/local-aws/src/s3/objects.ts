import { AwsError, type AwsResponse, element, xmlResponse } from "../awsProtocol";
import { contentEncoding, verifyBody } from "./body";
import { CHECKSUMS, type Checksum, type ChecksumName, checksumHeader } from "./checksums";
import type { S3Call } from "./operations";
import { checkRead, checkWrite } from "./preconditions";
import type { StoredObject } from "./storage";
import { type NewObject, userMetadata, type VersionedObjects, versionIdOf } from "./versions";

/** A change of an object, for those who want to be notified. */
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

/** What the handlers of S3's operations work on. */
export interface S3Context {
  readonly objects: VersionedObjects;
  /** Whether versioning was ever switched on: only then do answers name a version. */
  isVersioned(bucket: string): boolean;
  changed(change: ObjectChange): void;
}

/** Metadata under which an object keeps the checksums that fauxqs has no field for; see versions.ts. */
const CHECKSUM_MARK = ":checksum-";

/** S3's largest object for one PUT. */
const MAX_PUT_BYTES = 5 * 1024 ** 3;

export function getObject(s3: S3Context, { bucket, key, request }: S3Call): AwsResponse {
  const object = s3.objects.get(bucket, key, request.query.get("versionId") ?? undefined);
  const headers = objectHeaders(s3, bucket, object, request.headers["x-amz-checksum-mode"] === "ENABLED");
  if (checkRead(request.headers, object) === "notModified") return { status: 304, headers };

  const range = parseRange(request.headers.range, object.body.length);
  if (!range) return { status: 200, headers, body: object.body };
  const { "content-length": _whole, ...rest } = headers;
  for (const name of Object.keys(rest)) if (name.startsWith("x-amz-checksum-")) delete rest[name];
  return {
    status: 206,
    headers: { ...rest, "content-range": `bytes ${range.start}-${range.end}/${object.body.length}` },
    body: object.body.subarray(range.start, range.end + 1),
  };
}

/** As GetObject, without the body. */
export function headObject(s3: S3Context, call: S3Call): AwsResponse {
  const { status, headers, body } = getObject(s3, call);
  return {
    status,
    headers: { ...headers, ...(body !== undefined && { "content-length": String(body.length) }) },
  };
}

export function putObject(s3: S3Context, { bucket, key, request }: S3Call): AwsResponse {
  const { content, checksum } = verifyBody(request);
  if (content.length > MAX_PUT_BYTES)
    throw new AwsError(
      400,
      "EntityTooLarge",
      "Your proposed upload exceeds the maximum allowed object size.",
    );
  checkWrite(request.headers, s3.objects.current(bucket, key));
  const stored = s3.objects.put(bucket, {
    ...describe(request.headers),
    key,
    body: content,
    metadata: metadataOf(request.headers, checksum),
  });
  announce(s3, bucket, stored, "ObjectCreated:Put");
  return {
    status: 200,
    headers: {
      etag: stored.etag,
      ...versionHeader(s3, bucket, stored),
      ...ENCRYPTION,
      ...checksumHeaders(stored),
    },
  };
}

export function copyObject(s3: S3Context, { bucket, key, request }: S3Call): AwsResponse {
  const source = copySource(request.headers);
  const object = s3.objects.get(source.bucket, source.key, source.versionId);
  const replace = request.headers["x-amz-metadata-directive"] === "REPLACE";
  if (!replace && bucket === source.bucket && key === source.key && !source.versionId) {
    throw new AwsError(
      400,
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
    );
  }
  checkWrite(request.headers, s3.objects.current(bucket, key));
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage, contentType } = object;
  const kept = {
    contentType,
    ...defined({ cacheControl, contentDisposition, contentEncoding, contentLanguage }),
  };
  const checksum = checksumOf(object);
  const metadata = replace
    ? metadataOf(request.headers, checksum)
    : { ...Object.fromEntries(userMetadata(object)), ...checksumMark(checksum) };
  const stored = s3.objects.put(bucket, {
    ...(replace ? describe(request.headers) : kept),
    key,
    body: object.body,
    metadata,
  });
  announce(s3, bucket, stored, "ObjectCreated:Copy");
  const result = `<CopyObjectResult>${element("ETag", stored.etag)}${element("LastModified", stored.lastModified.toISOString())}</CopyObjectResult>`;
  const response = xmlResponse(result);
  return {
    ...response,
    headers: { ...response.headers, ...versionHeader(s3, bucket, stored), ...ENCRYPTION },
  };
}

/** `x-amz-copy-source`: `/bucket/key`, encoded, perhaps with `?versionId=`. */
export function copySource(headers: S3Call["request"]["headers"]): {
  bucket: string;
  key: string;
  versionId?: string;
} {
  const [path = "", query = ""] = (headers["x-amz-copy-source"] ?? "").split("?", 2);
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path)) ?? [];
  if (!bucket || !key)
    throw new AwsError(
      400,
      "InvalidArgument",
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  const versionId = new URLSearchParams(query).get("versionId");
  return { bucket, key, ...(versionId && { versionId }) };
}

/** The parts of a new object that come from headers, for PutObject and CreateMultipartUpload. */
export function describe(
  headers: S3Call["request"]["headers"],
): Pick<NewObject, "contentType"> & Partial<NewObject> {
  if (headers.expires !== undefined)
    throw new AwsError(501, "NotImplemented", "The local cloud does not implement the S3 header Expires.");
  return {
    contentType: headers["content-type"] ?? "binary/octet-stream",
    ...defined({
      cacheControl: headers["cache-control"],
      contentDisposition: headers["content-disposition"],
      contentEncoding: contentEncoding(headers),
      contentLanguage: headers["content-language"],
    }),
  };
}

export function metadataOf(
  headers: S3Call["request"]["headers"],
  checksum?: Checksum,
): Record<string, string> {
  const prefix = "x-amz-meta-";
  const given = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return {
    ...Object.fromEntries(given.map(([name, value]) => [name.slice(prefix.length), value])),
    ...checksumMark(checksum),
  };
}

/** Tells of a new object. */
export function announce(s3: S3Context, bucket: string, object: StoredObject, event: string): void {
  s3.changed({
    bucket,
    key: object.key,
    event,
    size: object.contentLength,
    eTag: object.etag.replaceAll('"', ""),
    ...(s3.isVersioned(bucket) && { versionId: versionIdOf(object) }),
  });
}

/** What every answer about an object carries. */
function objectHeaders(
  s3: S3Context,
  bucket: string,
  object: StoredObject,
  withChecksum: boolean,
): Record<string, string> {
  return {
    "content-type": object.contentType,
    "content-length": String(object.contentLength),
    "accept-ranges": "bytes",
    etag: object.etag,
    "last-modified": object.lastModified.toUTCString(),
    ...defined({
      "cache-control": object.cacheControl,
      "content-disposition": object.contentDisposition,
      "content-encoding": object.contentEncoding,
      "content-language": object.contentLanguage,
    }),
    ...Object.fromEntries(userMetadata(object).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    ...versionHeader(s3, bucket, object),
    ...ENCRYPTION,
    ...(withChecksum ? checksumHeaders(object) : {}),
  };
}

/** S3 encrypts everything with its own key at least, and says so. */
const ENCRYPTION = { "x-amz-server-side-encryption": "AES256" };

export function versionHeader(s3: S3Context, bucket: string, object: StoredObject): Record<string, string> {
  return s3.isVersioned(bucket) ? { "x-amz-version-id": versionIdOf(object) } : {};
}

function checksumMark(checksum: Checksum | undefined): Record<string, string> {
  return checksum ? { [CHECKSUM_MARK + checksum.name]: checksum.value } : {};
}

function checksumOf(object: StoredObject): Checksum | undefined {
  const name = (Object.keys(CHECKSUMS) as ChecksumName[]).find(
    (name) => object.metadata[CHECKSUM_MARK + name] !== undefined,
  );
  return name && { name, value: object.metadata[CHECKSUM_MARK + name] ?? "" };
}

function checksumHeaders(object: StoredObject): Record<string, string> {
  const whole = checksumOf(object);
  if (whole) return { [checksumHeader(whole.name)]: whole.value, "x-amz-checksum-type": "FULL_OBJECT" };
  if (!object.checksumAlgorithm || !object.checksumValue) return {};
  const name = object.checksumAlgorithm.toLowerCase() as ChecksumName;
  return { [checksumHeader(name)]: object.checksumValue, "x-amz-checksum-type": "COMPOSITE" };
}

/** The bytes asked for, both ends included; nothing when the whole object is. Several ranges at once S3 does not serve. */
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

function defined<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
