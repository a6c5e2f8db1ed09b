import { InputError } from "../errors";

const LF = 10;

/** Most bytes of a line; lines are held in memory. BLS's are much shorter, so a file with a longer one is not BLS's. */
export const LONGEST_LINE = 64 * 1024;
export const TOO_LONG = `is longer than ${LONGEST_LINE} bytes: it is not a BLS file`;

/** Lines of a file, each ended by LF. */
interface WholeLines {
  lines: Uint8Array<ArrayBufferLike>;
  /** Whether this is the file's last line and an LF was added to it. */
  unended: boolean;
}

/**
 * Cuts a stream of bytes at line ends. Copies only lines that cross chunks. Yields a last line without LF separately.
 *
 * @throws InputError if a line that crosses chunks exceeds {@link LONGEST_LINE}; lines within a chunk are not checked.
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
      begun = new Uint8Array(chunk.subarray(lastEnd)); // Buffer.slice would not copy.
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
