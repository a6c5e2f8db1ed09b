import { InputError, printable } from "../errors";
import { readText } from "../inputs";

/** A small BLS table: one object a row, its fields trimmed, by the column's name in lower case. */
export interface Table {
  rows: number;
  records: Record<string, string>[];
}

/**
 * Reads a small table such as `pr.series` or `pr.sector`. BLS pads fields in some tables, leaves blank lines in
 * others, and is not of one mind about upper case in column names; none of it matters here.
 *
 * @param required columns that there must be.
 * @throws InputError when one of them is not there, or when there are no rows.
 */
export async function readTable(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  required: readonly string[],
): Promise<Table> {
  const lines = (await readText(chunks)).split("\n").filter((line) => line.trim() !== "");
  const [header = "", ...rows] = lines.map(split);
  const columns = Array.from(header, (name) => name.toLowerCase());
  for (const column of required) {
    if (!columns.includes(column)) throw new InputError(file, 1, `has no column "${column}"`);
  }
  if (rows.length === 0) throw new InputError(file, null, "has a header but no rows");
  const records = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? ""])));
  return { rows: records.length, records };
}

function split(line: string): string[] {
  return line.split("\t").map((field) => printable(field.trim()));
}
