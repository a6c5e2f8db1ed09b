import { type Cell, formatCsv } from "./csv";
import { button, type Child, element } from "./dom";
import { decimal, NONE } from "./format";
import { saveAs } from "./saveAs";

/** A column of a table, for readers and for its CSV. */
export interface Column<Row> {
  name: string;
  /** What the CSV has. */
  value: (row: Row) => Cell;
  /** What is shown, where that is not the value itself. */
  show?: (row: Row) => Child;
  /** Numbers end on the right. */
  numeric?: boolean;
}

export interface TableOptions<Row> {
  /** What the table is of; it is shown above it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Tells the rows apart, so that what is open in one stays open when the table is made anew (`keep.ts`). */
  rowKey?: (row: Row) => string;
  /** Name of the CSV that is made of it on request; none where the pipeline writes one, which is linked. */
  csvName?: string;
}

/** A table that scrolls by itself where it is wider than the page. */
export function dataTable<Row>({ caption, columns, rows, rowKey, csvName }: TableOptions<Row>): HTMLElement {
  const head = columns.map(({ name, numeric }) =>
    element("th", { scope: "col", class: numeric ? "number" : undefined }, name),
  );
  const table = element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element(
      "tbody",
      {},
      ...rows.map((row) => element("tr", { "data-key": rowKey?.(row) }, ...cells(columns, row))),
    ),
  );
  const scroller = element(
    "div",
    { class: "scroller", role: "region", "aria-label": caption, tabindex: 0 },
    table,
  );
  if (csvName === undefined) return scroller;
  return element(
    "div",
    { "data-key": csvName },
    scroller,
    element(
      "p",
      { class: "files" },
      csvButton(csvName, columns, () => rows),
    ),
  );
}

/** Saves rows as CSV, those that there are when it is pressed. */
export function csvButton<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: () => readonly Row[],
  text = "Save this table (CSV)",
): HTMLButtonElement {
  return button({ class: "link" }, () => saveAs(name, tableCsv(columns, rows())), text);
}

/** Headers as the pipeline's own CSVs have them: `best_year`. */
function tableCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return formatCsv(
    columns.map(({ name }) => name.toLowerCase().replace(/[^a-z0-9]+/g, "_")),
    rows.map((row) => columns.map(({ value }) => value(row))),
  );
}

function cells<Row>(columns: readonly Column<Row>[], row: Row): HTMLElement[] {
  return columns.map(({ value, show, numeric }, at) => {
    const attributes = { class: numeric ? "number" : undefined };
    const content = show ? show(row) : inWords(value(row));
    return at === 0
      ? element("th", { scope: "row", ...attributes }, content)
      : element("td", attributes, content);
  });
}

function inWords(cell: Cell): string {
  if (cell === null || cell === "") return NONE;
  return typeof cell === "number" ? decimal(cell) : cell;
}
