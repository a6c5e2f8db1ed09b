import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sampleFiles } from "@data-quest/local-sources/sample";

const SAMPLE = "pub/time.series/pr/pr.data.0.Current";
/** Characters of the id column in the sample, as in BLS's own file; ids themselves have 11. */
const ID_WIDTH = 17;

/** The name of each generated file; the analysis takes the survey from it. */
export const DATA_FILE = "pr.data.0.Current";

/** A generated data file. */
export interface BenchDataFile {
  bytes: number;
  /** Rows, without the header. */
  rows: number;
  sha256: string;
}

/** The sample's `pr.data.0.Current`: the shape of BLS's own (282 series, about 38,000 rows, 1.6 MB), generated. */
export function sampleDataFile(): string {
  const content = sampleFiles().get(SAMPLE)?.content;
  if (content === undefined)
    throw new Error(`The sample has no ${SAMPLE}; see packages/local-sources/src/sample.ts.`);
  if (!(content instanceof Uint8Array)) throw new Error(`The sample's ${SAMPLE} is not in memory.`);
  return Buffer.from(content).toString("latin1");
}

/**
 * Writes the sample's data file `scale` times, under one header. Each copy's series have their own ids, so that the
 * number of series grows like the number of rows. Always writes the same bytes.
 *
 * @param scale 1 to 1,000.
 */
export async function writeDataFile(file: string, scale: number): Promise<BenchDataFile> {
  const text = sampleDataFile();
  const headerEnd = text.indexOf("\n") + 1;
  const lines = text.slice(headerEnd).split(/(?<=\n)/);
  const hash = createHash("sha256");
  let bytes = 0;
  function* parts() {
    for (let copy = -1; copy < scale; copy++) {
      const part = Buffer.from(copy < 0 ? text.slice(0, headerEnd) : copyOf(lines, copy), "latin1");
      hash.update(part);
      bytes += part.length;
      yield part;
    }
  }
  await pipeline(Readable.from(parts()), createWriteStream(file));
  return { bytes, rows: lines.length * scale, sha256: hash.digest("hex") };
}

/** The rows with a suffix such as `_007` in place of the padding of their ids; copy 0 is the sample itself. */
function copyOf(lines: readonly string[], copy: number): string {
  if (copy === 0) return lines.join("");
  const suffix = `_${String(copy).padStart(3, "0")}`;
  return lines
    .map((line) => `${line.slice(0, ID_WIDTH).trimEnd()}${suffix}`.padEnd(ID_WIDTH) + line.slice(ID_WIDTH))
    .join("");
}
