import { zipSync } from "fflate";

/** The files as a zip archive for Lambda. The same files give the same bytes, in any order. */
export function zipFiles(files: Record<string, Buffer>): Uint8Array {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  // Zip stores local time from 1980 on, so this date gives the same bytes in every time zone.
  return zipSync(Object.fromEntries(sorted), { mtime: new Date(1980, 0, 1) });
}
