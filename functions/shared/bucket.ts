import {
  type _Object,
  DeleteObjectCommand,
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
import type * as z from "zod";

/** Another run wrote the same object first; this run overwrote nothing. */
export class ConflictError extends Error {
  override name = "ConflictError";
}

/** An object's content, with the ETag that a conditional write needs. */
export interface StoredText {
  text: string;
  etag: string;
  /** Null in a bucket without versions. */
  version: string | null;
  metadata: Record<string, string>;
}

/** A parsed and validated JSON object. */
interface StoredJson<T> extends StoredText {
  value: T;
}

/** How an object is written. */
interface PutOptions {
  metadata?: Record<string, string>;
  /**
   * Write only if the object has this ETag or, for `null`, only if there is no object. If left out, the object is
   * always written.
   */
  replaces?: string | null;
}

/** Content type of the JSON objects. */
export const JSON_TYPE = "application/json; charset=utf-8";

/** One S3 bucket, with the operations that the functions need. */
export class Bucket {
  /** @param s3 public, for operations that this class lacks. */
  constructor(
    readonly s3: S3Client,
    readonly name: string,
  ) {}

  /** `s3://<bucket>/<key>`, for messages. */
  uri(key: string): string {
    return `s3://${this.name}/${key}`;
  }

  /** The object's headers; undefined if there is no object. */
  head(key: string): Promise<HeadObjectCommandOutput | undefined> {
    return unlessMissing(this.s3.send(new HeadObjectCommand({ Bucket: this.name, Key: key })));
  }

  /** All objects under a prefix, in S3's order. */
  async *list(prefix: string): AsyncGenerator<_Object> {
    let token: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({
          Bucket: this.name,
          Prefix: prefix,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      yield* page.Contents ?? [];
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /** The object's content; undefined if there is no object. */
  async readBytes(key: string): Promise<Uint8Array | undefined> {
    const object = await this.get(key);
    return object?.Body?.transformToByteArray();
  }

  /** A small object as text; undefined if there is no object. */
  async readText(key: string): Promise<StoredText | undefined> {
    const object = await this.get(key);
    if (object?.Body === undefined) return undefined;
    return {
      text: await object.Body.transformToString(),
      etag: object.ETag ?? "",
      version: object.VersionId ?? null,
      metadata: object.Metadata ?? {},
    };
  }

  /**
   * A JSON object that the pipeline wrote; undefined if there is no object.
   *
   * @throws Error if it does not match the schema.
   */
  async readJson<T>(key: string, schema: z.ZodType<T>): Promise<StoredJson<T> | undefined> {
    const stored = await this.readText(key);
    if (stored === undefined) return undefined;
    try {
      return { ...stored, value: schema.parse(JSON.parse(stored.text)) };
    } catch (cause) {
      throw new Error(
        `${this.uri(key)} is not in the format that the pipeline writes: restore an earlier version, or remove it to start over.`,
        { cause },
      );
    }
  }

  /**
   * The object's content in chunks, if it still has this ETag.
   *
   * @throws ConflictError if the object was replaced or removed.
   */
  async *readUnchanged(key: string, etag: string): AsyncGenerator<Uint8Array> {
    try {
      const { Body } = await this.s3.send(
        new GetObjectCommand({ Bucket: this.name, Key: key, IfMatch: etag }),
      );
      // In Node the body is a stream of buffers.
      yield* Body as unknown as AsyncIterable<Uint8Array>;
    } catch (cause) {
      if (!hasStatus(cause, [404, 412])) throw cause;
      throw new ConflictError(`${this.uri(key)} was replaced or removed before it was read.`, { cause });
    }
  }

  /**
   * Writes an object.
   *
   * @returns the new version's id; undefined in a bucket without versions.
   * @throws ConflictError if `replaces` does not hold.
   */
  async put(
    key: string,
    body: string | Uint8Array,
    contentType: string,
    { metadata, replaces }: PutOptions = {},
  ): Promise<string | undefined> {
    try {
      const { VersionId } = await this.s3.send(
        new PutObjectCommand({
          Bucket: this.name,
          Key: key,
          Body: body,
          ContentType: contentType,
          ...(metadata && { Metadata: metadata }),
          ...(replaces === null && { IfNoneMatch: "*" }),
          ...(typeof replaces === "string" && { IfMatch: replaces }),
        }),
      );
      return VersionId;
    } catch (cause) {
      // 412: the condition is false. 409: another conditional write is in progress. 404: the object to replace is gone.
      if (replaces === undefined || !hasStatus(cause, [404, 409, 412])) throw cause;
      throw new ConflictError(
        `${this.uri(key)} was written by another run first; the next run starts from what is stored now.`,
        { cause },
      );
    }
  }

  /** {@link put} for a value, stored as {@link toJson} formats it. */
  putJson(key: string, value: unknown, options: PutOptions = {}): Promise<string | undefined> {
    return this.put(key, toJson(value), JSON_TYPE, options);
  }

  /** Removes an object, if there is one; a versioned bucket keeps its versions. */
  async remove(key: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }));
  }

  private get(key: string): Promise<GetObjectCommandOutput | undefined> {
    return unlessMissing(this.s3.send(new GetObjectCommand({ Bucket: this.name, Key: key })));
  }
}

/** A value as the JSON text that the pipeline stores: indented by two spaces, with a newline at the end. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    throw error;
  }
}

function hasStatus(error: unknown, statuses: readonly number[]): boolean {
  return error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0);
}
