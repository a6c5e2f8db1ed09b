import { listingPage } from "@data-quest/local-sources/listingPage";
import { parseListing } from "../../../functions/dataset/listing";
import type { Manifest } from "../../../functions/dataset/manifest";
import { plan } from "../../../functions/dataset/plan";

/** Durations of parsing a listing and planning, in milliseconds per run. */
export interface PlanningResult {
  files: number;
  parseMs: number[];
  planMs: number[];
}

/** 10,000 comes first, so that its first run is as cold as a Lambda's: the process has not run this code yet. */
const FILE_COUNTS = [10_000, 1_000, 100_000] as const;

const FOLDER = "/pub/time.series/pr/";
const FOLDER_URL = `https://download.bls.gov${FOLDER}`;

const MODIFIED = new Date("2026-01-05T13:30:00Z");
/** The same time, as a listing shows it. */
const MODIFIED_IN_WASHINGTON = "2026-01-05T08:30";

/** Out of this many files, one is new, one is gone, and one has another size. */
const CHANGE_EVERY = 100;

/**
 * Parses a folder's listing and plans against a manifest of as many files, with the sync's own functions.
 *
 * @throws Error if a plan is wrong, because its time means nothing then.
 */
export function measurePlanning(runs: number): PlanningResult[] {
  return FILE_COUNTS.map((files) => {
    const { html, manifest } = prepare(files);
    const result: PlanningResult = { files, parseMs: [], planMs: [] };
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      const listing = parseListing(html, FOLDER_URL);
      const parsed = performance.now();
      const planned = plan(listing, manifest, { maxDeletes: { count: files, share: 1 } });
      const ended = performance.now();
      check(planned, files);
      result.parseMs.push(parsed - began);
      result.planMs.push(ended - parsed);
    }
    return result;
  }).sort((a, b) => a.files - b.files);
}

/** A listing and a manifest, created without the sync's own code, so that the first measured run is cold. */
function prepare(files: number): { html: string; manifest: Manifest } {
  const entries = Array.from({ length: files }, (_, index) => {
    return { name: `pr.data.${index}.Part`, modified: MODIFIED, size: 1000 + index };
  });
  const mirrored = Object.fromEntries(
    entries.map(({ name, size }, index) => mirroredFile(name, size, index)),
  );
  return {
    html: listingPage(FOLDER, entries),
    manifest: { schemaVersion: 1, files: mirrored, lastVerified: null, lastChange: null },
  };
}

/** The manifest's entry for a listed file. Of each hundred, one has another name and one is smaller. */
function mirroredFile(name: string, size: number, index: number) {
  const isOther = index % CHANGE_EVERY === 0;
  const isSmaller = index % CHANGE_EVERY === 1;
  const file = {
    upstreamDate: MODIFIED_IN_WASHINGTON,
    size: isSmaller ? size - 1 : size,
    md5: "0".repeat(32),
    sha256: "0".repeat(64),
    key: `raw/bls/pr/${name}`,
    etag: `"${"0".repeat(32)}"`,
    version: null,
    fetchedAt: "2026-01-06T13:30:00Z",
  };
  return [isOther ? `${name}.old` : name, file] as const;
}

function check({ add, update, remove, keep }: ReturnType<typeof plan>, files: number): void {
  const changes = files / CHANGE_EVERY;
  const found = [add, update, remove, keep].map(({ length }) => length);
  const expected = [changes, changes, changes, files - 2 * changes];
  if (found.some((count, index) => count !== expected[index])) {
    throw new Error(
      `The plan of ${files} files is wrong: ${found} instead of ${expected} (add, update, remove, keep).`,
    );
  }
}
