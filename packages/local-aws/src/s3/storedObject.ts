/** A bucket's versioning; null until it is first enabled. */
export type Versioning = "Enabled" | "Suspended" | null;

/** The parts of a new object. */
export interface NewObject {
  /** The name of the content's file, as returned by `ObjectStore.write`. */
  content: string;
  size: number;
  /** With its quotes. */
  etag: string;
  /** The headers of every response with the object: Content-Type and the like, and `x-amz-meta-…`. */
  headers: Readonly<Record<string, string>>;
  /** The headers of a response whose request asks for the checksum. */
  checksumHeaders: Readonly<Record<string, string>>;
}

/** One version of an object. */
export interface StoredObject extends NewObject {
  key: string;
  /** The text `null` if the version was stored while versioning was not enabled. */
  versionId: string;
  modified: Date;
}

/** An entry of ListObjectVersions; a delete marker if it has no object. */
export interface Version extends Pick<StoredObject, "key" | "versionId" | "modified"> {
  isLatest: boolean;
  object?: StoredObject;
}

/** A row of `s3_versions`. A key's newest row is its current version; a row without content is a delete marker. */
export interface VersionRow {
  key: string;
  version_id: string;
  modified: number;
  content: string | null;
  size: number;
  etag: string;
  details: string;
}

/** A deletion's result; `versionId` is set only if the bucket keeps versions. */
export interface Deletion {
  versionId?: string;
  deleteMarker: boolean;
}

/** The row's object; undefined for a delete marker. */
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
