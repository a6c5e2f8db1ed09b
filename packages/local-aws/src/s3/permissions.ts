import type { RequestHeaders } from "../awsProtocol";
import type { Context } from "../iam/authorization";
import { copySource } from "./objects";
import type { S3Call } from "./operations";

/** One permission that a caller needs. */
interface Need {
  action: string;
  resource: string;
  context?: Context;
}

/**
 * The permissions that a call needs, from S3's documentation
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html). DeleteObjects checks
 * each key itself.
 */
export function neededFor({ operation, bucket, key, request: { query, headers } }: S3Call): Need[] {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const objectArn = `${bucketArn}/${key}`;
  switch (operation) {
    case "ListBuckets":
      return [{ action: "s3:ListAllMyBuckets", resource: "*" }];
    case "HeadBucket":
    case "ListObjects":
    case "ListObjectsV2":
      return [{ action: "s3:ListBucket", resource: bucketArn, context: listContext(query) }];
    case "ListObjectVersions":
      return [{ action: "s3:ListBucketVersions", resource: bucketArn, context: listContext(query) }];
    case "DeleteObjects":
      return [];
    case "GetObject":
    case "HeadObject":
      return [onObject("GetObject", objectArn, query.get("versionId"))];
    case "DeleteObject":
      return [onObject("DeleteObject", objectArn, query.get("versionId"))];
    case "AbortMultipartUpload":
      return [{ action: "s3:AbortMultipartUpload", resource: objectArn }];
    case "CopyObject": {
      const source = copySource(headers);
      const sourceArn = `arn:aws:s3:::${source.bucket}/${source.key}`;
      return [onObject("GetObject", sourceArn, source.versionId ?? null), ...writing(objectArn, headers)];
    }
    case "PutObject":
    case "CreateMultipartUpload":
    case "UploadPart":
    case "CompleteMultipartUpload":
      return writing(objectArn, headers);
  }
}

/** A permission on an object; with a version id, S3 requires a different action. */
export function onObject(
  action: "GetObject" | "DeleteObject",
  resource: string,
  versionId: string | null,
): Need {
  return versionId === null
    ? { action: `s3:${action}`, resource }
    : { action: `s3:${action}Version`, resource, context: { "s3:VersionId": versionId } };
}

/** The permissions to write an object; `If-Match` needs the one to read it, too. */
function writing(resource: string, headers: RequestHeaders): Need[] {
  const put = { action: "s3:PutObject", resource };
  return headers["if-match"] === undefined ? [put] : [put, { action: "s3:GetObject", resource }];
}

function listContext(query: URLSearchParams): Context {
  return Object.fromEntries(
    ["prefix", "delimiter", "max-keys"].flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[`s3:${name}`, value] as const];
    }),
  );
}
