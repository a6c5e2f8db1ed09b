import {
  type _Object,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

/** An object as it was read, with the ETag that a conditional write needs. */
export interface TextObject {
  text: string;
  etag: string;
  /** Null where the bucket keeps no versions. */
  version: string | null;
  metadata: Record<string, string>;
}

/** Two runs wrote the same object at once; this one lost and nothing was overwritten. */
export class ConflictError extends Error {
  override name = "ConflictError";
}

/** The object, or undefined where there is none. Its body is not read yet. */
export async function getObject(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<GetObjectCommandOutput | undefined> {
  return unlessMissing(s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
}

/** The object's headers, or undefined where there is none. */
export async function headObject(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<HeadObjectCommandOutput | undefined> {
  return unlessMissing(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
}

/** Every object under a prefix, in S3's order, page by page. */
export async function* listObjects(s3: S3Client, bucket: string, prefix: string): AsyncGenerator<_Object> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    yield* page.Contents ?? [];
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** A small object's text, or undefined where there is none. */
export async function readText(s3: S3Client, bucket: string, key: string): Promise<TextObject | undefined> {
  const object = await getObject(s3, bucket, key);
  if (object?.Body === undefined) return undefined;
  return {
    text: await object.Body.transformToString(),
    etag: object.ETag ?? "",
    version: object.VersionId ?? null,
    metadata: object.Metadata ?? {},
  };
}

/** What {@link putObject} writes. */
export interface NewObject {
  body: string | Uint8Array;
  contentType: string;
  metadata?: Record<string, string>;
  /**
   * What has to be there for the write to happen: the object with this ETag, or with `null` none at all. Left out,
   * it is written whatever is there.
   */
  replaces?: string | null;
}

/**
 * Writes an object.
 *
 * @returns the new version's id, where the bucket is versioned.
 * @throws ConflictError when something else was written meanwhile.
 */
export async function putObject(
  s3: S3Client,
  bucket: string,
  key: string,
  { body, contentType, metadata, replaces }: NewObject,
): Promise<string | undefined> {
  try {
    const { VersionId } = await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        ...(metadata && { Metadata: metadata }),
        ...(replaces === null && { IfNoneMatch: "*" }),
        ...(typeof replaces === "string" && { IfMatch: replaces }),
      }),
    );
    return VersionId;
  } catch (error) {
    // 412: the condition does not hold. 409: another conditional write is under way. 404: what was to be replaced is gone.
    if (
      replaces !== undefined &&
      error instanceof S3ServiceException &&
      [404, 409, 412].includes(statusOf(error))
    ) {
      throw new ConflictError(
        `s3://${bucket}/${key} was written by another run meanwhile; the next run starts from what is there now.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** The JSON text of an object as the pipeline stores it: two spaces, a line end. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export const JSON_TYPE = "application/json; charset=utf-8";

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    throw error;
  }
}

function statusOf(error: S3ServiceException): number {
  return error.$metadata.httpStatusCode ?? 0;
}
