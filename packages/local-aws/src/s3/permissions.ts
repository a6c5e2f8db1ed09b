import type { RequestHeaders } from "../awsProtocol";
import type { Context } from "../iam/authorization";
import { copySource } from "./objects";
import type { S3Call, S3Operation } from "./operations";

/** One thing that a caller must be allowed. */
export interface Need {
  action: string;
  resource: string;
  context?: Context;
}

/**
 * The permissions that a call needs, by S3's own table
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html). DeleteObjects checks
 * each of its keys itself.
 */
export function neededFor({ operation, bucket, key, request }: S3Call): Need[] {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const objectArn = `${bucketArn}/${key}`;
  const needs: Record<S3Operation, () => Need[]> = {
    ListBuckets: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
    HeadBucket: () => [{ action: "s3:ListBucket", resource: bucketArn }],
    ListObjectVersions: () => [
      { action: "s3:ListBucketVersions", resource: bucketArn, context: listContext(request.query) },
    ],
    ListObjectsV2: () => [
      { action: "s3:ListBucket", resource: bucketArn, context: listContext(request.query) },
    ],
    ListObjects: () => [
      { action: "s3:ListBucket", resource: bucketArn, context: listContext(request.query) },
    ],
    DeleteObjects: () => [],
    GetObject: () => [onObject("GetObject", objectArn, request.query.get("versionId"))],
    HeadObject: () => [onObject("GetObject", objectArn, request.query.get("versionId"))],
    PutObject: () => writing(objectArn, request.headers),
    CopyObject: () => {
      const source = copySource(request.headers);
      const sourceArn = `arn:aws:s3:::${source.bucket}/${source.key}`;
      return [
        onObject("GetObject", sourceArn, source.versionId ?? null),
        ...writing(objectArn, request.headers),
      ];
    },
    CreateMultipartUpload: () => [{ action: "s3:PutObject", resource: objectArn }],
    UploadPart: () => [{ action: "s3:PutObject", resource: objectArn }],
    CompleteMultipartUpload: () => writing(objectArn, request.headers),
    AbortMultipartUpload: () => [{ action: "s3:AbortMultipartUpload", resource: objectArn }],
    DeleteObject: () => [onObject("DeleteObject", objectArn, request.query.get("versionId"))],
  };
  return needs[operation]();
}

/** With a version id, S3 requires another action. */
export function onObject(
  action: "GetObject" | "DeleteObject",
  resource: string,
  versionId: string | null,
): Need {
  return versionId === null
    ? { action: `s3:${action}`, resource }
    : { action: `s3:${action}Version`, resource, context: { "s3:VersionId": versionId } };
}

/** `If-Match` also needs the permission to read. */
function writing(objectArn: string, headers: RequestHeaders): Need[] {
  const put = { action: "s3:PutObject", resource: objectArn };
  return headers["if-match"] === undefined ? [put] : [put, { action: "s3:GetObject", resource: objectArn }];
}

function listContext(query: URLSearchParams): Context {
  return Object.fromEntries(
    ["prefix", "delimiter", "max-keys"].flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[`s3:${name}`, value] as const];
    }),
  );
}
