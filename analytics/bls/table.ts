import { InputError, printable } from "../errors";
import { readText } from "../inputs";

/** A small BLS table: columns by name in lower case, their fields trimmed. */
export interface Table {
  rows: number;
  /** The columns asked for that the table has, all of `rows` fields; a field that a row lacks is empty. */
  columns: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads some columns of a small table such as `pr.series` or `pr.sector`. BLS pads fields in some tables, leaves blank
 * lines in others, and is not of one mind about upper case in column names; none of it matters here.
 *
 * @param required a column that there must be.
 * @param others columns that there may be.
 * @throws InputError when the required column is not there, or when there are no rows.
 */
export async function readTable(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  required: string,
  others: readonly string[] = [],
): Promise<Table> {
  const [header = "", ...rows] = (await readText(chunks)).split("\n").filter((line) => line.trim() !== "");
  const names = header.split("\t").map((name) => field(name).toLowerCase());
  const wanted = [required, ...others].filter((name) => names.includes(name));
  if (wanted[0] !== required) throw new InputError(file, 1, `has no column "${required}"`);
  if (rows.length === 0) throw new InputError(file, null, "has a header but no rows");
  const places = wanted.map((name) => names.lastIndexOf(name));
  const columns = wanted.map((): string[] => []);
  for (const row of rows) {
    const fields = row.split("\t");
    for (const [at, place] of places.entries()) columns[at]?.push(field(fields[place] ?? ""));
  }
  return { rows: rows.length, columns: new Map(wanted.map((name, at) => [name, columns[at] ?? []])) };
}

function field(text: string): string {
  return printable(text.trim());
}
