import { type Cell, formatCsv } from "./csv";
import { button, type Child, element } from "./dom";
import { formatNumber, NO_VALUE } from "./format";

/** A column of a table and of its CSV. */
export interface Column<Row> {
  name: string;
  /** The value in the CSV. */
  value: (row: Row) => Cell;
  /** What the page shows, if not the value itself. */
  show?: (row: Row) => Child;
  /** Whether to align right, as for numbers. */
  numeric?: boolean;
}

interface TableOptions<Row> {
  /** Shown above the table; also its name for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Identifies a row, so that open elements in it stay open when the table is replaced (`redraw.ts`). */
  rowKey?: (row: Row) => string;
  /** File name of the CSV that the page offers; left out if the page links one that the pipeline wrote. */
  csvName?: string;
}

/** A table that scrolls horizontally where the page is too narrow. */
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

/** A button that saves a CSV of the rows at the time of the click. */
export function csvButton<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: () => readonly Row[],
  text = "Save this table (CSV)",
): HTMLButtonElement {
  return button({ class: "link" }, () => saveCsv(name, tableCsv(columns, rows())), text);
}

/** Headers look like those of the pipeline's CSVs: `best_year`. */
function tableCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return formatCsv(
    columns.map(({ name }) => name.toLowerCase().replace(/[^a-z0-9]+/g, "_")),
    rows.map((row) => columns.map(({ value }) => value(row))),
  );
}

function saveCsv(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  element("a", { href, download: name }).click();
  // By the next task, the browser has its own reference.
  setTimeout(() => URL.revokeObjectURL(href));
}

function cells<Row>(columns: readonly Column<Row>[], row: Row): HTMLElement[] {
  return columns.map(({ value, show, numeric }, index) => {
    const attributes = { class: numeric ? "number" : undefined };
    const content = show ? show(row) : cellText(value(row));
    return index === 0
      ? element("th", { scope: "row", ...attributes }, content)
      : element("td", attributes, content);
  });
}

function cellText(cell: Cell): string {
  if (cell === null || cell === "") return NO_VALUE;
  return typeof cell === "number" ? formatNumber(cell) : cell;
}
