import { InputError, printable } from "../errors";
import { readText } from "../inputs";

/** A small BLS table: columns by name in lower case, their fields trimmed. */
export interface Table {
  rows: number;
  /** The requested columns that the table has, each with `rows` fields; a field that a row lacks is empty. */
  columns: ReadonlyMap<string, readonly string[]>;
}

/** Which columns of a table to read. */
interface TableColumns {
  /** The column that the table must have. */
  required: string;
  /** Other columns to read, if the table has them. */
  others?: readonly string[];
  /** Accepts a table without rows, or an empty file, as an empty list. BLS publishes such tables. */
  mayBeEmpty?: boolean;
}

/**
 * Reads some columns of a small table such as `pr.series` or `pr.sector`. Accepts what BLS and editors produce: padded
 * fields, blank lines, column names in lower or upper case, and line ends without the white space before them.
 *
 * @throws InputError if the required column is missing, or if rows are required and the table is empty.
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
  const positions = wanted.map((name) => names.lastIndexOf(name));
  const columns = wanted.map((): string[] => []);
  for (const row of rows) {
    const fields = row.split("\t");
    for (const [at, position] of positions.entries()) columns[at]?.push(field(fields[position] ?? ""));
  }
  return { rows: rows.length, columns: new Map(wanted.map((name, at) => [name, columns[at] ?? []])) };
}

/** Lines end in LF or CRLF; if the header ends in CR alone, other lines may too. */
function linesOf(text: string): string[] {
  const end = text.indexOf("\n");
  const header = (end === -1 ? text : text.slice(0, end)).trimEnd();
  return text.split(header.includes("\r") ? /\r\n?|\n/ : "\n");
}

function field(text: string): string {
  return printable(text.trim());
}
