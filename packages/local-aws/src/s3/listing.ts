import { AwsError, type AwsResponse, badRequest, element, xmlResponse } from "../awsProtocol";
import type { S3Context } from "./objects";
import type { S3Call } from "./operations";
import type { StoredObject } from "./storedObject";

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

export function listObjectsV2(s3: S3Context, { bucket, request: { query } }: S3Call): AwsResponse {
  const token = query.get("continuation-token") ?? undefined;
  const startAfter = query.get("start-after") ?? undefined;
  const from = token === undefined ? (startAfter ?? "") : Buffer.from(token, "base64url").toString();
  const page = pageOf(s3, bucket, query, from);
  const next = page.last === undefined ? undefined : Buffer.from(page.last).toString("base64url");
  return xmlResponse(
    `<ListBucketResult ${NAMESPACE}>${common(bucket, query, page)}` +
      element("KeyCount", page.entries.length) +
      element("StartAfter", startAfter) +
      element("ContinuationToken", token) +
      element("NextContinuationToken", next) +
      `${entriesXml(page, query)}</ListBucketResult>`,
  );
}

export function listObjects(s3: S3Context, { bucket, request: { query } }: S3Call): AwsResponse {
  const marker = query.get("marker") ?? "";
  const page = pageOf(s3, bucket, query, marker);
  return xmlResponse(
    `<ListBucketResult ${NAMESPACE}>${common(bucket, query, page)}` +
      element("Marker", coded(query, marker)) +
      element("NextMarker", page.last === undefined ? undefined : coded(query, page.last)) +
      `${entriesXml(page, query)}</ListBucketResult>`,
  );
}

/** Returns a single page: a listing with more versions than fit is refused, not truncated. */
export function listObjectVersions(s3: S3Context, { bucket, request: { query } }: S3Call): AwsResponse {
  const versions = s3.objects.listVersions(bucket, query.get("prefix") ?? "");
  if (query.has("delimiter") || versions.length > maxKeys(query)) {
    throw new AwsError(
      501,
      "NotImplemented",
      `ListObjectVersions in pages or with a delimiter is not implemented; ${bucket} has ${versions.length} versions.`,
    );
  }
  const entries = versions.map(({ object, key, versionId, isLatest, modified }) => {
    const name = object ? "Version" : "DeleteMarker";
    const head =
      element("Key", coded(query, key)) + element("VersionId", versionId) + element("IsLatest", isLatest);
    return `<${name}>${head}${object ? objectXml(object) : element("LastModified", modified.toISOString())}</${name}>`;
  });
  return xmlResponse(
    `<ListVersionsResult ${NAMESPACE}>${element("Name", bucket)}${element("Prefix", coded(query, query.get("prefix") ?? ""))}` +
      `${element("MaxKeys", maxKeys(query))}${element("IsTruncated", false)}${entries.join("")}</ListVersionsResult>`,
  );
}

type Entry = { prefix: string } | { object: StoredObject };

interface Page {
  entries: Entry[];
  /** The page's last key or common prefix; set only if there is another page. */
  last?: string;
}

/** The page that begins after `from`. Keys that are the same up to the delimiter become one entry. */
function pageOf(s3: S3Context, bucket: string, query: URLSearchParams, from: string): Page {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const limit = maxKeys(query);
  const entries: Entry[] = [];
  let last: string | undefined;
  for (const object of s3.objects.list(bucket, prefix, from)) {
    const end = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? object.key : object.key.slice(0, end + delimiter.length);
    // A page may begin within a folder that the previous page listed.
    if (name === last || (end >= 0 && from.startsWith(name))) continue;
    if (entries.length >= limit) return { entries, ...(last !== undefined && { last }) };
    entries.push(end < 0 ? { object } : { prefix: name });
    last = name;
  }
  return { entries };
}

function maxKeys(query: URLSearchParams): number {
  const asked = Number(query.get("max-keys") ?? 1000);
  if (!Number.isInteger(asked) || asked < 0)
    throw badRequest("InvalidArgument", `max-keys must be a whole number, not ${query.get("max-keys")}`);
  return Math.min(asked, 1000);
}

function common(bucket: string, query: URLSearchParams, page: Page): string {
  return (
    element("Name", bucket) +
    element("Prefix", coded(query, query.get("prefix") ?? "")) +
    element("Delimiter", query.has("delimiter") ? coded(query, query.get("delimiter") ?? "") : undefined) +
    element("EncodingType", query.get("encoding-type") ?? undefined) +
    element("MaxKeys", maxKeys(query)) +
    element("IsTruncated", page.last !== undefined)
  );
}

function entriesXml({ entries }: Page, query: URLSearchParams): string {
  const lines = entries.map((entry) =>
    "object" in entry
      ? `<Contents>${element("Key", coded(query, entry.object.key))}${objectXml(entry.object)}</Contents>`
      : `<CommonPrefixes>${element("Prefix", coded(query, entry.prefix))}</CommonPrefixes>`,
  );
  return lines.join("");
}

function objectXml(object: StoredObject): string {
  return (
    element("LastModified", object.modified.toISOString()) +
    element("ETag", object.etag) +
    element("Size", object.size) +
    element("StorageClass", "STANDARD")
  );
}

/** With `encoding-type=url`, percent-encodes the key except its slashes. */
function coded(query: URLSearchParams, key: string): string {
  return query.get("encoding-type") === "url" ? encodeURIComponent(key).replaceAll("%2F", "/") : key;
}
