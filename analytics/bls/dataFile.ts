import { InputError, printable } from "../errors";
import { Findings } from "../findings";
import type { CodeLists } from "./codeLists";
import { RowReader } from "./rowReader";
import type { SeriesYears } from "./seriesYears";
import { wholeLines } from "./wholeLines";

const LF = 10;

/** The content of a BLS data file. */
export interface DataFile {
  values: SeriesYears;
  /** Rows read, kept or refused; the header and blank lines do not count. */
  rows: number;
}

/** Options for reading a data file. */
interface DataFileOptions {
  /** Lists to check its codes against. */
  lists?: CodeLists;
  /** Collects what is wrong with its rows. */
  findings?: Findings;
}

/** The columns of every BLS data file, in order. */
const COLUMNS = ["series_id", "year", "period", "value", "footnote_codes"] as const;

/**
 * Reads a BLS data file in one pass over its bytes: TAB-separated, padded with spaces, with LF or CRLF line ends. A
 * byte order mark, and white space and empty fields at the end of a line, are optional. Rows may come in any order.
 * Refuses rows that break a rule and keeps the rest.
 *
 * @throws InputError if the file is empty, has different columns, or has no rows.
 */
export async function readDataFile(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { lists = NO_LISTS, findings = new Findings() }: DataFileOptions = {},
): Promise<DataFile> {
  const reader = new RowReader(file, lists, findings);
  let headerRead = false;
  for await (const { lines, unended } of wholeLines(chunks, file)) {
    const start = headerRead ? 0 : lines.indexOf(LF) + 1;
    if (!headerRead) checkHeader(new TextDecoder().decode(lines.subarray(0, start)), file);
    headerRead = true;
    reader.read(lines, start, unended);
  }
  if (!headerRead) throw new InputError(file, null, "is empty");
  if (reader.rows === 0) throw new InputError(file, null, "has a header but no rows");
  return { values: reader.values, rows: reader.rows };
}

const NO_LISTS: CodeLists = { series: null, periods: null, footnotes: null };

/** @param line the first line, without a byte order mark: TextDecoder drops it. */
function checkHeader(line: string, file: string): void {
  const found = line
    .trimEnd()
    .split("\t")
    .map((name) => name.trim());
  if (found.length === COLUMNS.length && found.join() === COLUMNS.join()) return;
  if (line.trimEnd().includes("\r")) {
    throw new InputError(file, null, "has lines that end in CR alone: save it with LF or CRLF");
  }
  const expected = `should name the columns ${COLUMNS.join(", ")}, separated by TABs`;
  const shown = printable(found.join(", ").slice(0, 100));
  throw new InputError(file, 1, shown.includes("\uFFFD") ? expected : `${expected}, but has: ${shown}`);
}
