import { createHash, randomBytes } from "node:crypto";
import { AwsError } from "../awsProtocol";
import type { ObjectStore, StoredObject } from "./storage";

export type VersioningStatus = "Enabled" | "Suspended" | undefined;

/** What a new object is made of. */
export type NewObject = Pick<StoredObject, "key" | "body" | "contentType" | "metadata"> &
  Partial<
    Pick<StoredObject, "cacheControl" | "contentDisposition" | "contentEncoding" | "contentLanguage" | "etag">
  >;

/** One line of ListObjectVersions. */
export interface Version {
  object: StoredObject;
  key: string;
  versionId: string;
  isLatest: boolean;
  isDeleteMarker: boolean;
}

/** Marks in an object's metadata that no request can set: a colon cannot be in a header's name. */
const VERSION_ID = ":version-id";
const DELETE_MARKER = ":delete-marker";

/** S3 reserves names with this prefix, so no bucket of a user's can have it. */
export const RESERVED_BUCKET_PREFIX = "sthree-";

/**
 * Objects with their versions, on a store that has none. The current version is in the bucket itself; what it replaced
 * and delete markers are in a second, hidden bucket, under `<key>/<version id>`. Nothing here waits, so every method is
 * atomic: between a caller's check and its write no other request can come in.
 */
export class VersionedObjects {
  readonly #store: ObjectStore;
  readonly #statusOf: (bucket: string) => VersioningStatus;
  #lastTick = 0;

  constructor(store: ObjectStore, statusOf: (bucket: string) => VersioningStatus) {
    this.#store = store;
    this.#statusOf = statusOf;
  }

  /** The current version without its body, or nothing. @throws AwsError `NoSuchBucket`. */
  current(bucket: string, key: string): StoredObject | undefined {
    this.requireBucket(bucket);
    try {
      return this.#store.headObject(bucket, key);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "NoSuchKey") return undefined;
      throw error;
    }
  }

  /** One version with its body. @throws AwsError 404 `NoSuchKey`, `NoSuchVersion`; 405 for a delete marker. */
  get(bucket: string, key: string, versionId?: string): StoredObject {
    const current = this.current(bucket, key);
    if (current && (versionId === undefined || versionIdOf(current) === versionId))
      return this.#store.getObject(bucket, key);
    const replaced = this.#replaced(bucket, key);
    const found = versionId === undefined ? replaced[0] : replaced.find((one) => one.versionId === versionId);
    if (versionId === undefined) {
      throw new AwsError(404, "NoSuchKey", "The specified key does not exist.", markerHeaders(found));
    }
    if (!found)
      throw new AwsError(404, "NoSuchVersion", `The version ${versionId} of ${key} does not exist.`);
    if (found.isDeleteMarker) {
      throw new AwsError(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against a delete marker.",
        markerHeaders(found),
      );
    }
    return this.#store.getObject(shadowOf(bucket), found.object.key);
  }

  /** Stores a new current version. */
  put(bucket: string, object: NewObject): StoredObject {
    this.requireBucket(bucket);
    const versionId = this.#makeRoom(bucket, object.key);
    const etag = `"${createHash("md5").update(object.body).digest("hex")}"`;
    return this.#place(bucket, {
      etag,
      ...object,
      contentLength: object.body.length,
      lastModified: new Date(),
      metadata: { ...object.metadata, ...(versionId && { [VERSION_ID]: versionId }) },
    });
  }

  /** Makes the parts of an upload the new current version. */
  completeUpload(
    bucket: string,
    key: string,
    uploadId: string,
    parts: { partNumber: number; etag: string }[],
  ): StoredObject {
    const before = this.current(bucket, key) && this.#store.getObject(bucket, key);
    const completed = this.#store.completeMultipartUpload(uploadId, parts);
    if (before) this.#place(bucket, before);
    else this.#store.deleteObject(bucket, key);
    const versionId = this.#makeRoom(bucket, key);
    return this.#place(bucket, {
      ...completed,
      metadata: { ...completed.metadata, ...(versionId && { [VERSION_ID]: versionId }) },
    });
  }

  /** Deletes one version for good; without a version id, on a versioned bucket, puts a delete marker on top. */
  delete(bucket: string, key: string, versionId?: string): { versionId?: string; deleteMarker: boolean } {
    if (versionId !== undefined) return this.#deleteVersion(bucket, key, versionId);
    this.requireBucket(bucket);
    const markerId = this.#makeRoom(bucket, key);
    this.#store.deleteObject(bucket, key);
    if (!markerId) return { deleteMarker: false };
    this.#place(this.#shadow(bucket), {
      key: `${key}/${markerId}`,
      body: Buffer.alloc(0),
      contentType: "",
      contentLength: 0,
      etag: "",
      lastModified: new Date(),
      metadata: { [VERSION_ID]: markerId, [DELETE_MARKER]: "true" },
    });
    return { versionId: markerId, deleteMarker: true };
  }

  /** All current objects whose keys begin with `prefix`, in S3's order: by the bytes of their keys. */
  list(bucket: string, prefix: string): StoredObject[] {
    this.requireBucket(bucket);
    const { objects } = this.#store.listObjects(bucket, { prefix, maxKeys: Number.POSITIVE_INFINITY });
    return objects.sort((a, b) => compareKeys(a.key, b.key));
  }

  /** All versions and delete markers, by key, the newest first. */
  listVersions(bucket: string, prefix: string): Version[] {
    const current = this.list(bucket, prefix).map((object) => versionOf(object, object.key));
    const replaced = this.#shadowObjects(bucket, prefix).filter(({ key }) => key.startsWith(prefix));
    const versions = [...current, ...replaced].sort((a, b) => compareKeys(a.key, b.key) || newestFirst(a, b));
    return versions.map((version, index) => ({
      ...version,
      isLatest: versions[index - 1]?.key !== version.key,
    }));
  }

  requireBucket(bucket: string): void {
    if (bucket.startsWith(RESERVED_BUCKET_PREFIX) || !this.#store.hasBucket(bucket)) {
      throw new AwsError(404, "NoSuchBucket", `The specified bucket does not exist: ${bucket}`);
    }
  }

  /** Removes the bucket; unless it may be emptied first, only when it holds neither objects nor versions. */
  deleteBucket(bucket: string, force: boolean): void {
    if (!this.#store.hasBucket(bucket)) return;
    if (!force && this.listVersions(bucket, "").length > 0) {
      throw new AwsError(
        409,
        "BucketNotEmpty",
        `The bucket ${bucket} is not empty. You must delete all versions in the bucket.`,
      );
    }
    for (const name of [bucket, shadowOf(bucket)].filter((name) => this.#store.hasBucket(name))) {
      this.#store.emptyBucket(name);
      this.#store.deleteBucket(name);
    }
  }

  /** Moves the current version out of the way as the bucket's versioning wants it; the id for what comes in its place. */
  #makeRoom(bucket: string, key: string): string | undefined {
    const status = this.#statusOf(bucket);
    if (!status) return undefined;
    const next = status === "Enabled" ? this.#newVersionId() : "null";
    if (next === "null") this.#store.deleteObject(this.#shadow(bucket), `${key}/null`);
    const current = this.current(bucket, key);
    if (current && versionIdOf(current) !== next) {
      const archived = this.#store.getObject(bucket, key);
      this.#place(this.#shadow(bucket), { ...archived, key: `${key}/${versionIdOf(current)}` });
    }
    return next;
  }

  #deleteVersion(
    bucket: string,
    key: string,
    versionId: string,
  ): { versionId: string; deleteMarker: boolean } {
    const current = this.current(bucket, key);
    let deleteMarker = false;
    if (current && versionIdOf(current) === versionId) {
      this.#store.deleteObject(bucket, key);
    } else {
      const found = this.#replaced(bucket, key).find((one) => one.versionId === versionId);
      deleteMarker = found?.isDeleteMarker ?? false;
      if (found) this.#store.deleteObject(shadowOf(bucket), found.object.key);
    }
    this.#promote(bucket, key);
    return { versionId, deleteMarker };
  }

  /** Without a current version the newest of the replaced ones becomes it, unless that is a delete marker. */
  #promote(bucket: string, key: string): void {
    const newest = this.#replaced(bucket, key)[0];
    if (this.current(bucket, key) || !newest || newest.isDeleteMarker) return;
    this.#place(bucket, { ...this.#store.getObject(shadowOf(bucket), newest.object.key), key });
    this.#store.deleteObject(shadowOf(bucket), newest.object.key);
  }

  #replaced(bucket: string, key: string): Version[] {
    return this.#shadowObjects(bucket, `${key}/`)
      .filter((version) => version.key === key)
      .sort(newestFirst);
  }

  #shadowObjects(bucket: string, prefix: string): Version[] {
    if (!this.#store.hasBucket(shadowOf(bucket))) return [];
    const { objects } = this.#store.listObjects(shadowOf(bucket), {
      prefix,
      maxKeys: Number.POSITIVE_INFINITY,
    });
    return objects.map((object) => versionOf(object, object.key.slice(0, object.key.lastIndexOf("/"))));
  }

  #shadow(bucket: string): string {
    this.#store.createBucket(shadowOf(bucket));
    return shadowOf(bucket);
  }

  /** Below fauxqs' `putObject`, which would give the object a new date and ETag. */
  #place(bucket: string, object: StoredObject): StoredObject {
    this.#store.persistence?.upsertObject(bucket, object);
    this.#store.restoreObject(
      bucket,
      this.#store.persistence ? { ...object, body: Buffer.alloc(0) } : object,
    );
    return object;
  }

  /** Later ids sort first, also within a millisecond. */
  #newVersionId(): string {
    this.#lastTick = Math.max(this.#lastTick + 1, Date.now() * 1000);
    return (
      (Number.MAX_SAFE_INTEGER - this.#lastTick).toString(16).padStart(14, "0") +
      randomBytes(9).toString("hex")
    );
  }
}

/** `null` for objects from before versioning. */
export function versionIdOf(object: StoredObject): string {
  return object.metadata[VERSION_ID] ?? "null";
}

/** Metadata as the user gave it, without the marks that are kept there. */
export function userMetadata(object: StoredObject): [string, string][] {
  return Object.entries(object.metadata).filter(([name]) => !name.startsWith(":"));
}

/** By UTF-8 bytes, which for well-formed text is by code points. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function versionOf(object: StoredObject, key: string): Version {
  return {
    object,
    key,
    versionId: versionIdOf(object),
    isLatest: false,
    isDeleteMarker: object.metadata[DELETE_MARKER] !== undefined,
  };
}

/** A current object, which is kept under its own key, comes before everything it replaced. */
function newestFirst(a: Version, b: Version): number {
  const isCurrent = (version: Version) => Number(version.object.key === version.key);
  return (
    isCurrent(b) - isCurrent(a) ||
    b.object.lastModified.getTime() - a.object.lastModified.getTime() ||
    compareKeys(a.versionId, b.versionId)
  );
}

function markerHeaders(version: Version | undefined): Record<string, string> {
  return version?.isDeleteMarker
    ? { "x-amz-delete-marker": "true", "x-amz-version-id": version.versionId }
    : {};
}

function shadowOf(bucket: string): string {
  return RESERVED_BUCKET_PREFIX + createHash("sha256").update(bucket).digest("hex").slice(0, 40);
}
