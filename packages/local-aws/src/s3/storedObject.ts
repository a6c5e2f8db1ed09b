/** A bucket's versioning; null until it is first switched on. */
export type Versioning = "Enabled" | "Suspended" | null;

/** What a new object consists of. */
export interface NewObject {
  /** The content's file, as `ObjectStore.write` named it. */
  content: string;
  size: number;
  /** With its quotes. */
  etag: string;
  /** The headers that describe it in every answer: Content-Type and the like, and `x-amz-meta-…`. */
  headers: Readonly<Record<string, string>>;
  /** The headers that answer a request for its checksum. */
  checksumHeaders: Readonly<Record<string, string>>;
}

/** One version of an object. */
export interface StoredObject extends NewObject {
  key: string;
  /** `null` as text for what was stored while versioning was not on. */
  versionId: string;
  modified: Date;
}

/** One line of ListObjectVersions; without an object it is a delete marker. */
export interface Version extends Pick<StoredObject, "key" | "versionId" | "modified"> {
  isLatest: boolean;
  object?: StoredObject;
}

/** A row of `s3_versions`; the newest of a key is the current one, and one without content is a delete marker. */
export interface VersionRow {
  key: string;
  version_id: string;
  modified: number;
  content: string | null;
  size: number;
  etag: string;
  details: string;
}

/** A deletion's result; `versionId` only if versions are kept. */
export interface Deletion {
  versionId?: string;
  deleteMarker: boolean;
}

/** Nothing for a delete marker. */
export function toObject({
  version_id,
  modified,
  content,
  details,
  ...row
}: VersionRow): StoredObject | undefined {
  if (content === null) return undefined;
  const { key, size, etag } = row;
  return {
    key,
    size,
    etag,
    versionId: version_id,
    modified: new Date(modified),
    content,
    ...(JSON.parse(details) as Pick<NewObject, "headers" | "checksumHeaders">),
  };
}
