import { zipSync } from "fflate";

/** The files as a zip archive, for Lambda; the same files give the same bytes, in whatever order they come. */
export function zipFiles(files: Record<string, Buffer>): Uint8Array {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  // Zip counts years from 1980, and holds local time: this is the same everywhere.
  return zipSync(Object.fromEntries(sorted), { mtime: new Date(1980, 0, 1) });
}
