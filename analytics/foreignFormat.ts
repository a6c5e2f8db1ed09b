/** Formats that people supply by mistake, by their first bytes, each with what to do about it. */
const BEGINNINGS: readonly [beginning: readonly number[], advice: string][] = [
  [[0x1f, 0x8b], "is compressed with gzip: unpack it first, for example with gunzip"],
  [[0x42, 0x5a, 0x68], "is compressed with bzip2: unpack it first"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "is compressed with xz: unpack it first"],
  [[0x28, 0xb5, 0x2f, 0xfd], "is compressed with zstd: unpack it first"],
  [[0x50, 0x4b, 0x03, 0x04], "is a zip archive, as Excel workbooks are: give the text file inside it"],
  [[0xd0, 0xcf, 0x11, 0xe0], "is an Excel workbook or another Office file: save it as text with TABs"],
  [[0xff, 0xfe, 0x00, 0x00], "is UTF-32 text: save it as UTF-8"],
  [[0x00, 0x00, 0xfe, 0xff], "is UTF-32 text: save it as UTF-8"],
  [[0xff, 0xfe], "is UTF-16 text: save it as UTF-8"],
  [[0xfe, 0xff], "is UTF-16 text: save it as UTF-8"],
];

/** Enough bytes to recognise UTF-16 without a byte order mark. */
const SAMPLE_BYTES = 64;

/**
 * Describes a file whose first bytes show that it is not plain text; null if it may be plain text.
 *
 * @returns a clause for an {@link import("./errors").InputError}, such as `is UTF-16 text: save it as UTF-8`.
 */
export function foreignFormat(bytes: Uint8Array): string | null {
  for (const [beginning, advice] of BEGINNINGS) {
    if (beginning.every((byte, at) => bytes[at] === byte)) return advice;
  }
  const bytesPerCharacter = characterWidth(bytes.subarray(0, SAMPLE_BYTES));
  return bytesPerCharacter === 1 ? null : `is UTF-${bytesPerCharacter * 8} text: save it as UTF-8`;
}

/** Bytes per character of ASCII text; all but one of these bytes are zeros. */
function characterWidth(sample: Uint8Array): 1 | 2 | 4 {
  const isWide = (width: number) => {
    const characters = Math.floor(sample.length / width);
    const counts = Array.from(
      { length: width },
      (_, position) => sample.filter((byte, at) => at % width === position && byte === 0).length,
    );
    return (
      characters > 1 &&
      counts.includes(0) &&
      counts.filter((zeros) => zeros >= characters - 1).length === width - 1
    );
  };
  return isWide(4) ? 4 : isWide(2) ? 2 : 1;
}
