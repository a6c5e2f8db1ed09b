import type { ListedFile } from "./listing";
import type { Manifest, MirroredFile } from "./manifest";

/** What a sync is to do, file by file, each with its reason. */
export interface Plan {
  add: PlannedFetch[];
  /** Fetched and compared; uploaded only if the content differs. */
  update: PlannedFetch[];
  remove: PlannedName[];
  keep: PlannedName[];
  /** What was not planned because it looks wrong, in words; null where all is planned. It needs a person. */
  refused: string | null;
}

export interface PlannedFetch {
  file: ListedFile;
  reason: string;
}

export interface PlannedName {
  name: string;
  reason: string;
}

export interface PlanOptions {
  /** A plan that would remove more than this refuses to remove anything. */
  maxDeletes: DeleteLimit;
  /** What the bucket really holds, ETags by file name; given where the manifest is not to be believed. */
  objects?: ReadonlyMap<string, string>;
  /** Fetch and compare every file, also where date and size agree. */
  verify?: boolean;
}

/** Both have to hold. */
export interface DeleteLimit {
  count: number;
  /** Of the files that the mirror has, 0 to 1. */
  share: number;
}

/**
 * Compares the upstream's listing with the manifest by date and size. Pure: it reads nothing and changes nothing.
 *
 * A file whose date or size differs is fetched, though its content may prove to be the same; one where both agree is
 * taken to be unchanged, unless the plan is to verify.
 */
export function plan(listing: readonly ListedFile[], manifest: Manifest, options: PlanOptions): Plan {
  const result: Plan = { add: [], update: [], remove: [], keep: [], refused: null };
  for (const file of listing) {
    const known = Object.hasOwn(manifest.files, file.name) ? manifest.files[file.name] : undefined;
    const reason = known && reasonToUpdate(file, known, options);
    if (known === undefined) result.add.push({ file, reason: "new upstream" });
    else if (reason !== undefined) result.update.push({ file, reason });
    else result.keep.push({ name: file.name, reason: "date and size agree" });
  }
  planRemovals(result, listing, manifest, options);
  return result;
}

function reasonToUpdate(
  file: ListedFile,
  known: MirroredFile,
  { objects, verify }: PlanOptions,
): string | undefined {
  if (known.upstreamDate !== file.upstreamDate) return `date ${known.upstreamDate} → ${file.upstreamDate}`;
  if (known.size !== file.size) return `size ${known.size} → ${file.size}`;
  if (objects && !objects.has(file.name)) return "lost in the bucket";
  if (objects && objects.get(file.name) !== known.etag) return "changed in the bucket";
  return verify ? "to be verified" : undefined;
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
  const gone = [...mirrored]
    .filter((name) => !listed.has(name))
    .map((name) => ({
      name,
      reason: Object.hasOwn(manifest.files, name) ? "gone upstream" : "never was upstream",
    }));
  if (gone.length > maxDeletes.count || gone.length > maxDeletes.share * mirrored.size) {
    result.refused =
      `The listing lacks ${gone.length} of the mirror's ${mirrored.size} files, more than the settings allow to ` +
      `remove (maxDeletes ${maxDeletes.count}, maxDeletePercent ${Math.round(100 * maxDeletes.share)}). ` +
      "Nothing was removed. If they are really gone, raise the limit.";
    result.keep.push(...gone.map(({ name }) => ({ name, reason: "too many are gone to believe it" })));
  } else {
    result.remove = gone;
  }
}
