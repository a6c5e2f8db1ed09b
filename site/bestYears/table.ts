import type { BestYear, Report } from "../../analytics/report";
import { button, element, setChildren } from "../dom";
import { formatNumber } from "../format";
import { isPressed } from "../pressState";
import { keepReaderState } from "../redraw";
import { type Column, csvButton } from "../tables";
import { createControls } from "./controls";
import { BestYearRows } from "./rows";
import { SelectableSeries, type Selection, type SortKey, selectAll } from "./selection";
import type { YearlySums } from "./yearlySums";

/** Few, so that the next section is not far away. `page.css` always lays out this many rows. */
const SHOWN_AT_FIRST = 25;
/** Rows added by a click on the button. */
const SHOWN_MORE = 300;
/** Rows updated in the same frame as a key press: more than fit on a screen. */
const ROWS_AT_ONCE = 20;
/** Rows added in each later frame. */
const ROWS_A_FRAME = 50;

const HEADS: readonly { key: SortKey; name: string; class?: string }[] = [
  { key: "series", name: "Series" },
  { key: "year", name: "Best year", class: "number" },
  { key: "value", name: "Value", class: "number" },
  { key: "basis", name: "Basis", class: "wide" },
];

/** The same columns, in the same order, as `best-years.csv`. */
const CSV_COLUMNS: readonly Column<BestYear>[] = [
  { name: "Series id", value: ({ seriesId }) => seriesId },
  { name: "Year", value: ({ year }) => year },
  { name: "Value", value: ({ value }) => value },
  { name: "Title", value: ({ title }) => title },
  { name: "Unit", value: ({ unit }) => unit },
  { name: "Sector", value: ({ sector }) => sector },
  { name: "Measure", value: ({ measure }) => measure },
  { name: "Basis", value: ({ basis }) => basis },
  { name: "Quarters", value: ({ quarters }) => quarters },
  { name: "Tied years", value: ({ tiedYears }) => tiedYears.join(" ") },
];

/**
 * The best years of all series, with a search, filters, sorting, and rows that open. The same table is reused for each
 * new report, so what the reader selected and opened stays.
 */
export class BestYearsTable {
  readonly element: HTMLElement;
  readonly #rows = new BestYearRows();
  readonly #body = element("tbody", { role: "rowgroup" });
  readonly #count = element("p", { class: "count", role: "status" });
  readonly #more = button({}, () => this.#showMore());
  readonly #heads = new Map<SortKey, HTMLElement>();
  readonly #controls;
  #series = new SelectableSeries([]);
  #selection = selectAll();
  #shown = SHOWN_AT_FIRST;
  #nextFrame = 0;

  constructor() {
    this.#controls = createControls(
      () => this.#selection,
      (changed) => this.select(changed),
    );
    this.element = element(
      "div",
      {},
      this.#controls.element,
      this.#count,
      this.#table(),
      element("p", { class: "more" }, this.#more),
      element(
        "p",
        { class: "files" },
        csvButton(
          "best-years-selected.csv",
          CSV_COLUMNS,
          () => this.#selected(),
          "Save the selected rows (CSV)",
        ),
      ),
    );
  }

  /** Shows this report. The selection, its order, the number of rows and the open series stay. */
  update(report: Report, sums: YearlySums): void {
    this.#series = new SelectableSeries(report.bestYears);
    this.#controls.offerChoices(this.#series);
    keepReaderState(this.#body, () => {
      this.#rows.update(report, sums);
      // All rows at once: if the table were shorter for some frames, everything below it would move.
      this.#render(Number.POSITIVE_INFINITY);
    });
  }

  /** Which series are shown, and in what order. */
  get selection(): Selection {
    return this.#selection;
  }

  /** Changes the selection. */
  select(selection: Selection): void {
    this.#selection = selection;
    this.#render();
  }

  /** Opens a series, selected or not. @returns its row; undefined if the report does not have the series. */
  open(seriesId: string): HTMLElement | undefined {
    const best = this.#series.rows.find((row) => row.seriesId === seriesId);
    if (best === undefined) return undefined;
    const position = () => this.#selected().indexOf(best);
    if (position() === -1) this.select(selectAll());
    this.#shown = Math.max(this.#shown, position() + SHOWN_AT_FIRST);
    this.#rows.open(best);
    this.#render();
    return this.#rows.elementsOf(best)[0];
  }

  /** Shows every selected row, for printing. */
  showAll(): void {
    this.#shown = this.#series.rows.length;
    this.#render(Number.POSITIVE_INFINITY);
  }

  #selected(): BestYear[] {
    return this.#series.select(this.#selection).map((index) => this.#series.rows[index] as BestYear);
  }

  #table(): HTMLElement {
    const heads = HEADS.map(({ key, name, ...rest }) => {
      const head = element(
        "th",
        { scope: "col", role: "columnheader", ...rest },
        button({ class: "sort" }, () => this.#sort(key), name),
      );
      this.#heads.set(key, head);
      return head;
    });
    return element(
      "table",
      { class: "best-years", role: "table", "aria-label": "Best years" },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)),
      this.#body,
    );
  }

  #sort(sort: SortKey): void {
    const selection = this.#selection;
    const descending = selection.sort === sort ? !selection.descending : sort === "year" || sort === "value";
    this.select({ ...selection, sort, descending });
  }

  /** @param atOnce least number of rows that must be in place on return. */
  #render(atOnce = ROWS_AT_ONCE): void {
    const selection = this.#selection;
    const selected = this.#selected();
    const shown = selected.slice(0, this.#shown);
    this.#placeRows(shown, atOnce);
    const ofYear = selection.year === null ? "" : `, best year ${selection.year}`;
    this.#count.textContent = `${formatNumber(selected.length)} of ${formatNumber(this.#series.rows.length)} series${ofYear}`;
    for (const [key, head] of this.#heads) {
      if (key !== selection.sort) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", selection.descending ? "descending" : "ascending");
    }
    this.#controls.showSelection(selection);
    this.#showRest(selected.length - shown.length);
  }

  /** Puts the first rows into the table at once, and the others, which are out of sight, in later frames. */
  #placeRows(rows: readonly BestYear[], atOnce: number): void {
    cancelAnimationFrame(this.#nextFrame);
    // Computed in each frame: a row may have been opened or closed since the last one.
    const elements = rows.flatMap((best) => this.#rows.elementsOf(best));
    const open = elements.findIndex((row) => row.classList.contains("opened"));
    const count = Math.max(atOnce, open + 1);
    setChildren(this.#body, elements, count);
    const complete = count >= elements.length;
    this.#body.setAttribute("aria-busy", String(!complete));
    if (!complete) this.#placeNext(rows, count + ROWS_A_FRAME);
  }

  /** Continues in the next frame without a press, because new rows could move the target of a click. */
  #placeNext(rows: readonly BestYear[], count: number): void {
    this.#nextFrame = requestAnimationFrame(() => {
      if (isPressed()) this.#placeNext(rows, count);
      else this.#placeRows(rows, count);
    });
  }

  #showRest(hidden: number): void {
    const next = Math.min(hidden, SHOWN_MORE);
    this.#more.hidden = hidden === 0;
    this.#more.textContent =
      next === hidden
        ? `Show the remaining ${formatNumber(hidden)} series`
        : `Show ${next} more of ${formatNumber(hidden)}`;
  }

  #showMore(): void {
    this.#shown += SHOWN_MORE;
    this.#render();
  }
}
