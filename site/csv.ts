import { csvFormatRows, csvParseRows } from "d3-dsv";

/** The content of a table cell. */
export type Cell = string | number | null;

/** Rows as objects, keyed by the names in the header. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = csvParseRows(text.replace(/^\uFEFF/, ""));
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
}

/** A table as CSV like the pipeline's: with a byte order mark, and `'` before text that a spreadsheet would run. */
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
