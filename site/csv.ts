import { csvFormatRows, csvParseRows } from "d3-dsv";

/** What a cell of a table holds. */
export type Cell = string | number | null;

/** Rows by the names in the header. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = csvParseRows(text.replace(/^\uFEFF/, ""));
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ""])));
}

/** The CSV of a table, as the pipeline writes its own: a byte order mark, and text that a spreadsheet would run begins with `'`. */
export function formatCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) =>
    row.map((cell) =>
      typeof cell === "string" && /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell)
        ? `'${cell}`
        : (cell ?? ""),
    ),
  );
  return `\uFEFF${csvFormatRows([columns, ...cells].map((row) => row.map(String)))}\n`;
}
