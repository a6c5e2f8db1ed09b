/** Formats that people give by mistake, by how their bytes begin, and what to do about each. */
const BEGINNINGS: readonly [beginning: readonly number[], what: string][] = [
  [[0x1f, 0x8b], "is compressed with gzip: unpack it first, for example with gunzip"],
  [[0x50, 0x4b, 0x03, 0x04], "is a zip archive, as Excel's workbooks are: give the text file in it"],
  [[0xff, 0xfe], "is UTF-16 text: save it as UTF-8"],
  [[0xfe, 0xff], "is UTF-16 text: save it as UTF-8"],
];

/** Bytes that tell UTF-16 without a byte order mark from other text. */
const SAMPLE_BYTES = 64;

/**
 * What a file is that is not plain text, told by its first bytes; null if it may be text.
 *
 * @returns a clause for an {@link import("./errors").InputError}, such as `is UTF-16 text: save it as UTF-8`.
 */
export function foreignFormat(bytes: Uint8Array): string | null {
  for (const [beginning, what] of BEGINNINGS) {
    if (beginning.every((byte, at) => bytes[at] === byte)) return what;
  }
  return isUtf16(bytes.subarray(0, SAMPLE_BYTES)) ? "is UTF-16 text: save it as UTF-8" : null;
}

/** ASCII text has a zero in every second byte then, and nowhere else. */
function isUtf16(sample: Uint8Array): boolean {
  if (sample.length < 4) return false;
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const half = Math.floor(sample.length / 2);
  return zeros.some((count) => count >= half - 1) && zeros.includes(0);
}
