import type { ListedFile } from "./listing";
import type { Manifest } from "./manifest";

/** What a sync is to do, file by file, each with its reason. */
export interface Plan {
  add: PlannedFetch[];
  /** Fetched and compared; uploaded only if the content differs. */
  update: PlannedFetch[];
  remove: PlannedName[];
  keep: PlannedName[];
}

export interface PlannedFetch {
  file: ListedFile;
  reason: string;
}

export interface PlannedName {
  name: string;
  reason: string;
}

/**
 * Compares the upstream's listing with the manifest by date and size. Pure: it reads nothing and changes nothing.
 *
 * A file whose date or size differs is fetched, though its content may prove to be the same; one where both agree is
 * taken to be unchanged.
 */
export function plan(listing: readonly ListedFile[], manifest: Manifest): Plan {
  const result: Plan = { add: [], update: [], remove: [], keep: [] };
  for (const file of listing) {
    const known = Object.hasOwn(manifest.files, file.name) ? manifest.files[file.name] : undefined;
    if (known === undefined) {
      result.add.push({ file, reason: "new upstream" });
    } else if (known.upstreamDate !== file.upstreamDate) {
      result.update.push({ file, reason: `date ${known.upstreamDate} → ${file.upstreamDate}` });
    } else if (known.size !== file.size) {
      result.update.push({ file, reason: `size ${known.size} → ${file.size}` });
    } else {
      result.keep.push({ name: file.name, reason: "date and size agree" });
    }
  }
  const listed = new Set(listing.map(({ name }) => name));
  result.remove = Object.keys(manifest.files)
    .filter((name) => !listed.has(name))
    .map((name) => ({ name, reason: "gone upstream" }));
  return result;
}
