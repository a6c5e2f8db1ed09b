import type { ListedFile } from "./listing";
import { findFile, type Manifest, type MirroredFile } from "./manifest";

/** What a sync should do, file by file, each with its reason. */
export interface Plan {
  add: PlannedFetch[];
  /** Fetched and compared; uploaded only if the content differs. */
  update: PlannedFetch[];
  remove: PlannedName[];
  keep: PlannedName[];
  /** Why removals look wrong and were not planned, so that a person decides; null if nothing was refused. */
  refused: string | null;
}

/**
 * `new`: not in the mirror yet. `changed`: another date or size upstream. `lost`, `altered`: someone else removed or
 * changed the object. `verify`: contents are to be compared. `gone`: no longer upstream. `stray`: in the bucket, but
 * was never upstream. `same`: date and size agree. `doubtful`: gone, but along with too many others.
 */
type ReasonKind = "new" | "changed" | "lost" | "altered" | "verify" | "gone" | "stray" | "same" | "doubtful";

/** Why something is planned. */
interface Reason {
  kind: ReasonKind;
  /** For people, e.g. `new upstream`. */
  reason: string;
}

export interface PlannedFetch extends Reason {
  file: ListedFile;
}

export interface PlannedName extends Reason {
  name: string;
}

export interface PlanOptions {
  /** If a plan would remove more than this, it removes nothing. */
  maxDeletes: DeleteLimit;
  /** ETags in the bucket by file name. Required if the manifest alone should not be trusted. */
  objects?: ReadonlyMap<string, string>;
  /** Fetch and compare every file, even if date and size agree. */
  verify?: boolean;
}

/** Both limits apply. */
export interface DeleteLimit {
  count: number;
  /** Share of the mirrored files, 0 to 1. */
  share: number;
}

/**
 * Compares the upstream listing with the manifest by date and size. Pure: it reads nothing and changes nothing.
 *
 * A file whose date or size differs is fetched, though its content may turn out to be the same. If both agree, the file
 * counts as unchanged, unless `verify` is set.
 */
export function plan(listing: readonly ListedFile[], manifest: Manifest, options: PlanOptions): Plan {
  const result: Plan = { add: [], update: [], remove: [], keep: [], refused: null };
  for (const file of listing) {
    const known = findFile(manifest, file.name);
    const reason = known && reasonToUpdate(file, known, options);
    if (known === undefined) result.add.push({ file, kind: "new", reason: "new upstream" });
    else if (reason !== undefined) result.update.push({ file, ...reason });
    else result.keep.push({ name: file.name, kind: "same", reason: "date and size agree" });
  }
  planRemovals(result, listing, manifest, options);
  return result;
}

/** Whether the plan fetches or removes anything. */
export function hasWork({ add, update, remove }: Plan): boolean {
  return add.length + update.length + remove.length > 0;
}

/** Whether the mirror is up to date according to the plan: no work, and nothing refused. */
export function isUpToDate(plan: Plan): boolean {
  return !hasWork(plan) && plan.refused === null;
}

function reasonToUpdate(
  file: ListedFile,
  known: MirroredFile,
  { objects, verify }: PlanOptions,
): Reason | undefined {
  if (known.upstreamDate !== file.upstreamDate) {
    return { kind: "changed", reason: `date ${known.upstreamDate} → ${file.upstreamDate}` };
  }
  if (known.size !== file.size) return { kind: "changed", reason: `size ${known.size} → ${file.size}` };
  if (objects && !objects.has(file.name)) return { kind: "lost", reason: "lost in the bucket" };
  if (objects && objects.get(file.name) !== known.etag) {
    return { kind: "altered", reason: "changed in the bucket" };
  }
  return verify ? { kind: "verify", reason: "to be verified" } : undefined;
}

function planRemovals(
  result: Plan,
  listing: readonly ListedFile[],
  manifest: Manifest,
  options: PlanOptions,
): void {
  const { objects = new Map<string, string>(), maxDeletes } = options;
  const listed = new Set(listing.map(({ name }) => name));
  const mirrored = new Set([...Object.keys(manifest.files), ...objects.keys()]);
  const unlisted = [...mirrored].filter((name) => !listed.has(name));
  if (unlisted.length > maxDeletes.count || unlisted.length > maxDeletes.share * mirrored.size) {
    result.refused =
      `The listing lacks ${unlisted.length} of the mirror's ${mirrored.size} files, more than the settings allow to ` +
      `remove (maxDeletes ${maxDeletes.count}, maxDeletePercent ${Math.round(100 * maxDeletes.share)}). ` +
      "Nothing was removed. If they are really gone, raise the limit.";
    for (const name of unlisted)
      result.keep.push({ name, kind: "doubtful", reason: "too many files are gone for this to be credible" });
    return;
  }
  result.remove = unlisted.map((name) =>
    findFile(manifest, name)
      ? { name, kind: "gone", reason: "gone upstream" }
      : { name, kind: "stray", reason: "was never upstream" },
  );
}
