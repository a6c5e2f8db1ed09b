import { AwsError, notImplemented, type RequestHeaders } from "../awsProtocol";
import type { StoredObject } from "./storedObject";

/**
 * Conditional writes, as S3 documents them: `If-None-Match: *` (only if the object does not exist) and `If-Match: <ETag>`
 * (only if the object still has this ETag).
 *
 * @throws AwsError 412 `PreconditionFailed`; 404 `NoSuchKey` for `If-Match` without an object.
 */
export function checkWrite(headers: RequestHeaders, current: StoredObject | undefined): void {
  const noneMatch = headers["if-none-match"];
  const match = headers["if-match"];
  if (noneMatch !== undefined && noneMatch !== "*")
    throw notImplemented("If-None-Match with anything but * on a write");
  if (noneMatch !== undefined && current) throw preconditionFailed("If-None-Match");
  if (match === undefined) return;
  if (!current) throw new AwsError(404, "NoSuchKey", "The specified key does not exist.");
  if (!matches(match, current.etag)) throw preconditionFailed("If-Match");
}

/**
 * Conditional reads, in HTTP's order of precedence.
 *
 * @returns `notModified` if the reader already has the object: answer 304.
 * @throws AwsError 412 `PreconditionFailed`.
 */
export function checkRead(headers: RequestHeaders, object: StoredObject): "modified" | "notModified" {
  // HTTP dates have a resolution of one second.
  const modified = Math.floor(object.modified.getTime() / 1000) * 1000;
  const match = headers["if-match"];
  const unmodifiedSince = headers["if-unmodified-since"];
  if (match !== undefined && !matches(match, object.etag)) throw preconditionFailed("If-Match");
  if (match === undefined && unmodifiedSince !== undefined && modified > Date.parse(unmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  const noneMatch = headers["if-none-match"];
  if (noneMatch !== undefined) return matches(noneMatch, object.etag) ? "notModified" : "modified";
  const modifiedSince = headers["if-modified-since"];
  return modifiedSince !== undefined && modified <= Date.parse(modifiedSince) ? "notModified" : "modified";
}

function matches(condition: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replaceAll('"', "");
  return condition.split(",").some((one) => one.trim() === "*" || bare(one) === bare(etag));
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError(
    412,
    "PreconditionFailed",
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
  );
}
