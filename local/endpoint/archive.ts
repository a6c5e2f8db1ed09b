import { zipSync } from "fflate";

/** Zip counts years from here; as local time, because that is what it holds. The same bytes at any time, anywhere. */
const NO_TIME = new Date(1980, 0, 1);

/** The files as a zip archive, for Lambda; the same files give the same bytes, in whatever order they come. */
export function zipFiles(files: Record<string, Buffer>): Uint8Array {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted), { mtime: NO_TIME });
}
