import { createHash } from "node:crypto";
import { InputError, MissingInputError } from "./errors";
import { foreignFormat } from "./foreignFormat";
import type { Provenance, ReportInput } from "./report";

/** A file that the analysis may read. */
export interface InputFile {
  /** e.g. `pr.data.0.Current`, `pr.series`, `nation.json`. */
  name: string;
  /** Object key, e.g. `raw/bls/pr/pr.series`. */
  key: string;
  version: string | null;
  upstreamDate: string | null;
  fetchedAt: string | null;
  /** Where the figures come from, if this is stored outside the file's bytes. */
  provenance?: Provenance | null;
  /** Opens the file; called at most once, and read to the end. */
  open(): AsyncIterable<Uint8Array>;
}

/** The files given to an analysis, and a record of those that it read. */
export class Inputs {
  readonly #files: Map<string, InputFile>;
  readonly #used: ReportInput[] = [];

  constructor(files: readonly InputFile[]) {
    this.#files = new Map(files.map((file) => [file.name, file]));
  }

  /** The files read so far, sorted by key. */
  get used(): ReportInput[] {
    return this.#used.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  /**
   * Passes a file's bytes to `read`, counting and hashing them. Also records the number of rows that `read` returns,
   * and the provenance if the file itself states it.
   *
   * @throws MissingInputError if the file was not given.
   * @throws InputError if it is not plain text. Errors of `read` pass through.
   */
  async read<T extends { rows: number; provenance?: Provenance | null }>(
    name: string,
    read: (chunks: AsyncIterable<Uint8Array>, file: string) => Promise<T>,
  ): Promise<T> {
    const file = this.#files.get(name);
    if (file === undefined) throw new MissingInputError([name]);
    const hash = createHash("sha256");
    let bytes = 0;
    async function* measured(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        const foreign = bytes === 0 ? foreignFormat(chunk) : null;
        if (foreign !== null) throw new InputError(name, null, foreign);
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    }
    const content = await read(measured(file.open()), name);
    const { key, version, upstreamDate, fetchedAt } = file;
    const provenance = content.provenance ?? file.provenance ?? null;
    const sha256 = hash.digest("hex");
    this.#used.push({
      name,
      key,
      version,
      sha256,
      bytes,
      rows: content.rows,
      upstreamDate,
      fetchedAt,
      provenance,
    });
    return content;
  }
}

/** Reads a small file as text, without its byte order mark. */
export async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
