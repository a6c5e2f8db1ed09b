import { InputError, printable } from "../errors";
import { readText } from "../inputs";

/** A small BLS table: columns by name in lower case, their fields trimmed. */
export interface Table {
  rows: number;
  /** The columns asked for that the table has, all of `rows` fields; a field that a row lacks is empty. */
  columns: ReadonlyMap<string, readonly string[]>;
}

/** Which columns of a table to read. */
export interface TableColumns {
  /** The column that the table must have. */
  required: string;
  /** Columns that it may have. */
  others?: readonly string[];
  /** Whether a table without rows, or an empty file, is accepted as an empty list. BLS publishes such tables. */
  mayBeEmpty?: boolean;
}

/**
 * Reads some columns of a small table such as `pr.series` or `pr.sector`. BLS pads fields in some tables, leaves blank
 * lines in others, and writes column names sometimes in lower case, sometimes in upper case; editors remove white space
 * from the ends of lines. None of this matters here.
 *
 * @throws InputError when the required column is missing, or when rows are required and there are none.
 */
export async function readTable(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { required, others = [], mayBeEmpty = false }: TableColumns,
): Promise<Table> {
  const lines = linesOf(await readText(chunks)).filter((line) => line.trim() !== "");
  if (lines.length === 0 && mayBeEmpty) return { rows: 0, columns: new Map() };
  const [header = "", ...rows] = lines;
  const names = header.split("\t").map((name) => field(name).toLowerCase());
  const wanted = [required, ...others].filter((name) => names.includes(name));
  if (wanted[0] !== required) throw new InputError(file, 1, `has no column "${required}"`);
  if (rows.length === 0 && !mayBeEmpty) throw new InputError(file, null, "has a header but no rows");
  const places = wanted.map((name) => names.lastIndexOf(name));
  const columns = wanted.map((): string[] => []);
  for (const row of rows) {
    const fields = row.split("\t");
    for (const [at, place] of places.entries()) columns[at]?.push(field(fields[place] ?? ""));
  }
  return { rows: rows.length, columns: new Map(wanted.map((name, at) => [name, columns[at] ?? []])) };
}

/** Lines end in LF or CRLF; in a file whose header ends in CR alone, all may. */
function linesOf(text: string): string[] {
  const end = text.indexOf("\n");
  const header = (end === -1 ? text : text.slice(0, end)).trimEnd();
  return text.split(header.includes("\r") ? /\r\n?|\n/ : "\n");
}

function field(text: string): string {
  return printable(text.trim());
}
