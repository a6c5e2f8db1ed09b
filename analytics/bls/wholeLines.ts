import { InputError } from "../errors";

const LF = 10;

/** No line of a BLS file comes near; what does is not such a file, and would be held in memory. */
export const LONGEST_LINE = 64 * 1024;
export const TOO_LONG = `is longer than ${LONGEST_LINE} bytes: it is not a BLS file`;

/** Lines of a file, each ended by LF. */
export interface WholeLines {
  lines: Uint8Array<ArrayBufferLike>;
  /** Whether this is the file's last line, and its LF was added: the file ends without one. */
  unended: boolean;
}

/**
 * Cuts a stream of bytes at line ends. Only the line that crosses two chunks is copied; a last line without LF is
 * yielded by itself.
 *
 * @throws InputError rather than hold more than 64 KiB of a line; lines as long inside a chunk are not looked for.
 */
export async function* wholeLines(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<WholeLines, void> {
  let begun: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  for await (const chunk of chunks) {
    const firstEnd = chunk.indexOf(LF) + 1;
    if (firstEnd === 0) {
      begun = joined(begun, chunk);
    } else {
      const lastEnd = chunk.lastIndexOf(LF) + 1;
      const resumed = begun.length === 0 ? 0 : firstEnd;
      if (resumed > 0) yield { lines: joined(begun, chunk.subarray(0, firstEnd)), unended: false };
      if (lastEnd > resumed) yield { lines: chunk.subarray(resumed, lastEnd), unended: false };
      begun = new Uint8Array(chunk.subarray(lastEnd)); // A copy, which Buffer.slice would not make.
    }
    if (begun.length > LONGEST_LINE) {
      throw new InputError(file, null, `has a line that ${TOO_LONG}`);
    }
  }
  if (begun.length > 0) yield { lines: joined(begun, Uint8Array.of(LF)), unended: true };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
