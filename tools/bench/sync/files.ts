/** A file that the benchmark's upstream serves. Its content depends only on its size. */
export interface BenchFile {
  /** e.g. `pr.data.0.Current`. */
  name: string;
  /** Bytes. */
  size: number;
}

/** The survey whose folder is synced. */
export const SURVEY = "pr";

/** Modification date of every file; long before any run, because `aws s3 sync` compares dates. */
export const MODIFIED = new Date("2026-01-05T13:30:00Z");

/**
 * 13 files, 30 MB in total, with sizes like those of a BLS survey: most are code tables of a few kilobytes, and the data
 * files hold nearly all bytes.
 */
export const SURVEY_FILES: readonly BenchFile[] = [
  { name: "pr.class", size: 121 },
  { name: "pr.contacts", size: 658 },
  { name: "pr.data.0.Current", size: 10_400_000 },
  { name: "pr.data.1.AllData", size: 12_200_000 },
  { name: "pr.data.2.Manufacturing", size: 7_350_000 },
  { name: "pr.duration", size: 117 },
  { name: "pr.footnote", size: 53 },
  { name: "pr.measure", size: 1_020 },
  { name: "pr.period", size: 222 },
  { name: "pr.seasonal", size: 51 },
  { name: "pr.sector", size: 2_158 },
  { name: "pr.series", size: 29_500 },
  { name: "pr.txt", size: 16_100 },
];

/** One file of the given size, to measure memory with. */
export function singleFile(size: number): readonly BenchFile[] {
  return [{ name: "pr.data.0.Current", size }];
}

const CHUNK_BYTES = 64 * 1024;

/**
 * Generates a file's bytes as they are read: lines like those of BLS's data files. The first line of each chunk contains
 * its number, so that no two chunks are equal; the same size gives the same bytes on every machine.
 */
export function* generateContent(size: number): Generator<Uint8Array> {
  const pattern = patternOf(CHUNK_BYTES);
  for (let index = 0, left = size; left > 0; index++) {
    const chunk = Buffer.from(pattern.subarray(0, Math.min(left, CHUNK_BYTES)));
    chunk.write(`PRS${String(index).padStart(8, "0")}`, "latin1");
    left -= chunk.length;
    yield chunk;
  }
}

function patternOf(size: number): Buffer {
  const lines: string[] = [];
  for (let line = 0, length = 0; length < size; line++) {
    const id = `PRS${String(30006011 + line).padStart(8, "0")}`.padEnd(17);
    const value = ((line * 7919) % 200_000) / 1000;
    const text = `${id}\t${1947 + (line % 79)}\tQ0${1 + (line % 5)}\t${value.toFixed(3).padStart(12)}\t\r\n`;
    lines.push(text);
    length += text.length;
  }
  return Buffer.from(lines.join(""), "latin1").subarray(0, size);
}
