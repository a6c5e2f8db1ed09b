import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SQLInputValue } from "node:sqlite";
import type { Readable } from "node:stream";
import { AwsError } from "../awsProtocol";
import type { Storage } from "../storage";
import {
  type Deletion,
  type NewObject,
  type StoredObject,
  toObject,
  type Version,
  type Versioning,
  type VersionRow,
} from "./storedObject";

/**
 * Buckets and the versions of their objects. Contents are streamed to files. All other methods are synchronous, so no
 * other request can come between a caller's check and its write.
 */
export class ObjectStore {
  readonly #sql: Storage["sql"];
  readonly #contents: string;

  constructor({ sql, contents }: Storage) {
    this.#sql = sql;
    this.#contents = contents;
  }

  /** Safe to repeat: an existing bucket stays unchanged. */
  createBucket(bucket: string): void {
    this.#sql("INSERT OR IGNORE INTO s3_buckets VALUES (?, ?, NULL)").run(bucket, Date.now());
  }

  /** Sorted by name. */
  buckets(): { name: string; created: Date }[] {
    const rows = this.#sql("SELECT name, created FROM s3_buckets ORDER BY name").all();
    return rows.map(({ name, created }) => ({ name: String(name), created: new Date(Number(created)) }));
  }

  /** @throws AwsError `BucketNotEmpty` if any version is left, unless forced. */
  deleteBucket(bucket: string, force: boolean): void {
    const rows = this.#rows("SELECT * FROM s3_versions WHERE bucket = ?", bucket);
    if (!force && rows.length > 0)
      throw new AwsError(
        409,
        "BucketNotEmpty",
        `The bucket ${bucket} is not empty. You must delete all versions in the bucket.`,
      );
    this.#sql("DELETE FROM s3_versions WHERE bucket = ?").run(bucket);
    this.#sql("DELETE FROM s3_buckets WHERE name = ?").run(bucket);
    for (const row of rows) this.#remove(row);
  }

  /** @throws AwsError `NoSuchBucket`. */
  versioningOf(bucket: string): Versioning {
    const row = this.#sql("SELECT versioning FROM s3_buckets WHERE name = ?").get(bucket);
    if (!row) throw new AwsError(404, "NoSuchBucket", `The specified bucket does not exist: ${bucket}`);
    return row.versioning as Versioning;
  }

  setVersioning(bucket: string, versioning: "Enabled" | "Suspended"): void {
    this.#sql("UPDATE s3_buckets SET versioning = ? WHERE name = ?").run(versioning, bucket);
  }

  /**
   * Writes a content to a new file, which does not belong to an object yet. The file is written with synchronous calls:
   * handing a chunk to a thread takes longer than writing it.
   *
   * @returns the file's name.
   */
  async write(chunks: AsyncIterable<Buffer>): Promise<string> {
    const name = randomUUID();
    const file = openSync(join(this.#contents, name), "wx");
    try {
      for await (const chunk of chunks) writeFileSync(file, chunk);
      return name;
    } catch (error) {
      this.discard(name);
      throw error;
    } finally {
      closeSync(file);
    }
  }

  /** The bytes from `start` to `end`, inclusive. Opens the file at once, so a deletion does not cut off readers. */
  read(content: string, start = 0, end = Number.POSITIVE_INFINITY): Readable {
    const path = join(this.#contents, content);
    return createReadStream(path, { fd: openSync(path, "r"), start, end });
  }

  /** Like {@link read}, but synchronous, for a few bytes. */
  readNow(content: string, start: number, end: number): Buffer {
    const file = openSync(join(this.#contents, content), "r");
    const bytes = Buffer.alloc(end - start + 1);
    readSync(file, bytes, { position: start });
    closeSync(file);
    return bytes;
  }

  /** Removes a content that does not belong to an object. */
  discard(content: string): void {
    rmSync(join(this.#contents, content), { force: true });
  }

  /** The current version, if there is one. @throws AwsError `NoSuchBucket`. */
  current(bucket: string, key: string): StoredObject | undefined {
    this.versioningOf(bucket);
    const row = this.#find(bucket, key);
    return row && toObject(row);
  }

  /** One version, by default the current one. @throws AwsError `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`; 405 for a delete marker. */
  get(bucket: string, key: string, versionId?: string): StoredObject {
    this.versioningOf(bucket);
    const row = this.#find(bucket, key, versionId);
    const object = row && toObject(row);
    if (object) return object;
    const marker = row && { "x-amz-delete-marker": "true", "x-amz-version-id": row.version_id };
    if (versionId === undefined)
      throw new AwsError(404, "NoSuchKey", "The specified key does not exist.", marker);
    if (!marker)
      throw new AwsError(404, "NoSuchVersion", `The version ${versionId} of ${key} does not exist.`);
    throw new AwsError(
      405,
      "MethodNotAllowed",
      "The specified method is not allowed against a delete marker.",
      marker,
    );
  }

  /** Adds the object as the current version. @throws AwsError `NoSuchBucket`. */
  put(bucket: string, key: string, object: NewObject): StoredObject {
    return { ...object, ...this.#insert(bucket, key, object) };
  }

  /** Removes one version permanently; without a version id, adds a delete marker if the bucket keeps versions. */
  delete(bucket: string, key: string, versionId?: string): Deletion {
    if (this.versioningOf(bucket) !== null && versionId === undefined)
      return { versionId: this.#insert(bucket, key).versionId, deleteMarker: true };
    const [row] = this.#rows(
      "DELETE FROM s3_versions WHERE bucket = ? AND key = ? AND version_id = ? RETURNING *",
      bucket,
      key,
      versionId ?? "null",
    );
    if (row) this.#remove(row);
    return { deleteMarker: row?.content === null, ...(versionId !== undefined && { versionId }) };
  }

  /** The current objects with the prefix whose keys come after `after`, in S3's order: by the bytes of the keys. */
  *list(bucket: string, prefix: string, after: string): Iterable<StoredObject> {
    this.versioningOf(bucket);
    const newest =
      "SELECT *, MAX(seq) FROM s3_versions WHERE bucket = ? AND key >= ? AND key > ? GROUP BY key HAVING content IS NOT NULL ORDER BY key";
    for (const row of this.#sql(newest).iterate(bucket, prefix, after)) {
      const object = toObject(row as unknown as VersionRow);
      if (!object?.key.startsWith(prefix)) return;
      yield object;
    }
  }

  /** All versions and delete markers with the prefix, by key, newest first. @throws AwsError `NoSuchBucket`. */
  listVersions(bucket: string, prefix: string): Version[] {
    this.versioningOf(bucket);
    const rows = this.#rows(
      "SELECT * FROM s3_versions WHERE bucket = ? AND key >= ? ORDER BY key, seq DESC",
      bucket,
      prefix,
    ).filter(({ key }) => key.startsWith(prefix));
    return rows.map((row, index) => {
      const { key, version_id: versionId } = row;
      const object = toObject(row);
      const isLatest = rows[index - 1]?.key !== key;
      return { key, versionId, modified: new Date(row.modified), isLatest, ...(object && { object }) };
    });
  }

  /** Adds a version, or a delete marker if there is no object. Unless versioning is on, it replaces version `null`. */
  #insert(
    bucket: string,
    key: string,
    object?: NewObject,
  ): Pick<StoredObject, "key" | "versionId" | "modified"> {
    const versionId = this.versioningOf(bucket) === "Enabled" ? randomBytes(16).toString("hex") : "null";
    const modified = new Date();
    const replaced = this.#find(bucket, key, versionId);
    this.#sql(
      "INSERT OR REPLACE INTO s3_versions (bucket, key, version_id, modified, content, size, etag, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ).run(
      bucket,
      key,
      versionId,
      modified.getTime(),
      object?.content ?? null,
      object?.size ?? 0,
      object?.etag ?? "",
      JSON.stringify({ headers: object?.headers, checksumHeaders: object?.checksumHeaders }),
    );
    if (replaced) this.#remove(replaced);
    return { key, versionId, modified };
  }

  #find(bucket: string, key: string, versionId?: string): VersionRow | undefined {
    const [row] =
      versionId === undefined
        ? this.#rows(
            "SELECT * FROM s3_versions WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1",
            bucket,
            key,
          )
        : this.#rows(
            "SELECT * FROM s3_versions WHERE bucket = ? AND key = ? AND version_id = ?",
            bucket,
            key,
            versionId,
          );
    return row;
  }

  #remove({ content }: VersionRow): void {
    if (content !== null) this.discard(content);
  }

  #rows(sql: string, ...parameters: SQLInputValue[]): VersionRow[] {
    return this.#sql(sql).all(...parameters) as unknown as VersionRow[];
  }
}
