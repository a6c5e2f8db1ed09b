import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** A body cannot be decoded, and another try would not help; the message is a clause that follows the address. */
export class ContentCodingError extends Error {
  override name = "ContentCodingError";
}

/** More codings than this are refused: no server needs them, and each may turn a small body into a huge one. */
const MAX_CODINGS = 4;

const DECODERS: ReadonlyMap<string, typeof createGunzip> = new Map([
  ["gzip", createGunzip],
  // The older name (RFC 9110, 8.4.1.3).
  ["x-gzip", createGunzip],
]);

const REMEDY = "the server, or a proxy on the way, must send";

/**
 * Decodes a body. `Content-Encoding` lists the codings in the order in which they were applied; names are
 * case-insensitive, and empty elements mean nothing (RFC 9110, 8.4 and 5.6.1).
 *
 * @param header the value of `Content-Encoding`; several headers are joined with commas.
 * @throws ContentCodingError if a coding is not supported, or there are too many. Reading the result may throw zlib's
 *   own error, see {@link corruption}.
 */
export function decode(body: Readable, header = ""): Readable {
  const codings = header
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  if (codings.length > MAX_CODINGS) {
    throw new ContentCodingError(
      `was sent with ${codings.length} content codings, more than the ${MAX_CODINGS} that can be decoded: ${REMEDY} fewer.`,
    );
  }
  // An error on either side closes the other and reaches the reader.
  return codings
    .map(decoderOf)
    .reduceRight<Readable>((coded, createDecoder) => pipeline(coded, createDecoder(), () => {}), body);
}

function decoderOf(coding: string): typeof createGunzip {
  const createDecoder = DECODERS.get(coding);
  if (createDecoder !== undefined) return createDecoder;
  throw new ContentCodingError(
    `was sent with the Content-Encoding ${shown(coding)}, which is not supported: ${REMEDY} gzip or no coding.`,
  );
}

/**
 * Converts an error from reading a decoded body to a permanent failure if the bytes are not in the coding that the
 * header names. Undefined for every other error, including zlib's 'unexpected end of file': a body that was cut off may
 * arrive complete next time.
 */
export function corruption(error: unknown, header = ""): ContentCodingError | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "Z_DATA_ERROR") return undefined;
  return new ContentCodingError(
    `was sent with the Content-Encoding ${shown(header)}, but is not encoded that way (zlib says: ${error.message}): ` +
      `${REMEDY} the right one.`,
    { cause: error },
  );
}

/** A header's value as JSON, so that its control characters are shown and do not affect the terminal. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
