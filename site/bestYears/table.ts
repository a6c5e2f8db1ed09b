import type { BestYear, Report } from "../../analytics/report";
import { button, element, setChildren } from "../dom";
import { decimal } from "../format";
import { type Column, csvButton } from "../tables";
import { controls } from "./controls";
import { Rows } from "./rows";
import { everything, SelectableSeries, type Selection, type SortKey } from "./selection";
import type { YearlySums } from "./yearlySums";

/** Rows shown at first: what comes after them should not be far. */
const SHOWN_AT_FIRST = 25;
/** Rows that a press of the button adds. */
const SHOWN_MORE = 300;
/** Rows that are there in the frame of a key press, more than a screen holds; and that each further frame adds. */
const ROWS_AT_ONCE = 20;
const ROWS_A_FRAME = 50;

const HEADS: readonly { key: SortKey; name: string; class?: string }[] = [
  { key: "series", name: "Series" },
  { key: "year", name: "Best year", class: "number" },
  { key: "value", name: "Value", class: "number" },
  { key: "basis", name: "Basis", class: "wide" },
];

/** The same columns, in the same order, as `best-years.csv`. */
const CSV: readonly Column<BestYear>[] = [
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

/** What a reader has made of the table; it outlives the report. */
export interface TableState {
  selection: Selection;
  openSeries: string | null;
}

/** The best years of all series: search, filters, sorting, and rows that open. */
export class BestYearsTable {
  readonly element: HTMLElement;
  readonly #state: TableState;
  readonly #series: SelectableSeries;
  readonly #rows: Rows;
  readonly #body = element("tbody", { role: "rowgroup" });
  readonly #count = element("p", { class: "count", role: "status" });
  readonly #more = element("p", { class: "more" });
  readonly #heads = new Map<SortKey, HTMLElement>();
  readonly #controls;
  #shown = SHOWN_AT_FIRST;
  #nextFrame = 0;

  constructor(
    report: Report,
    sums: YearlySums,
    state: TableState = { selection: everything(), openSeries: null },
  ) {
    this.#state = state;
    this.#series = new SelectableSeries(report.bestYears);
    this.#rows = new Rows(report, sums, (seriesId) => {
      state.openSeries = seriesId;
    });
    this.#controls = controls(
      this.#series,
      () => state.selection,
      (changed) => this.select(changed),
    );
    this.element = element(
      "div",
      {},
      this.#controls.element,
      this.#count,
      this.#table(),
      this.#more,
      element(
        "p",
        { class: "files" },
        csvButton("best-years-selected.csv", CSV, () => this.#selected(), "Save the selected rows (CSV)"),
      ),
    );
    if (state.openSeries !== null) this.open(state.openSeries);
    this.#show();
  }

  get selection(): Selection {
    return this.#state.selection;
  }

  select(selection: Selection): void {
    this.#state.selection = selection;
    this.#show();
  }

  /** Opens a series, where it is selected or not. @returns its row; undefined where there is no such series. */
  open(seriesId: string): HTMLElement | undefined {
    const best = this.#series.rows.find((row) => row.seriesId === seriesId);
    if (best === undefined) return undefined;
    const place = () => this.#selected().indexOf(best);
    if (place() === -1) this.select(everything());
    this.#shown = Math.max(this.#shown, place() + SHOWN_AT_FIRST);
    this.#rows.open(best);
    this.#show();
    return this.#rows.elementsOf(best)[0];
  }

  /** Shows every selected row at once: paper has no button for more. */
  showAll(): void {
    this.#shown = this.#series.rows.length;
    this.#show(Number.POSITIVE_INFINITY);
  }

  #selected(): BestYear[] {
    return this.#series.select(this.#state.selection).map((at) => this.#series.rows[at] as BestYear);
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
    const { selection } = this.#state;
    const descending = selection.sort === sort ? !selection.descending : sort === "year" || sort === "value";
    this.select({ ...selection, sort, descending });
  }

  /** @param atOnce how many rows have to be there when this returns, at least. */
  #show(atOnce = ROWS_AT_ONCE): void {
    const { selection } = this.#state;
    const selected = this.#selected();
    const shown = selected.slice(0, this.#shown);
    const elements = shown.flatMap((best) => this.#rows.elementsOf(best));
    const open = elements.findIndex((row) => row.classList.contains("opened"));
    this.#place(elements, Math.max(atOnce, open + 1));
    const ofYear = selection.year === null ? "" : ` whose best year is ${selection.year}`;
    this.#count.textContent = `${decimal(selected.length)} of ${decimal(this.#series.rows.length)} series${ofYear}`;
    for (const [key, head] of this.#heads) {
      if (key !== selection.sort) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", selection.descending ? "descending" : "ascending");
    }
    this.#controls.show(selection);
    this.#showRest(selected.length - shown.length);
  }

  /** Puts the rows into the table, those out of sight in later frames, so that what is in sight comes at once. */
  #place(rows: readonly HTMLElement[], count: number): void {
    cancelAnimationFrame(this.#nextFrame);
    setChildren(this.#body, rows, count);
    const complete = count >= rows.length;
    this.#body.setAttribute("aria-busy", String(!complete));
    if (!complete) this.#nextFrame = requestAnimationFrame(() => this.#place(rows, count + ROWS_A_FRAME));
  }

  #showRest(hidden: number): void {
    const next = Math.min(hidden, SHOWN_MORE);
    const more = () => {
      this.#shown += SHOWN_MORE;
      this.#show();
    };
    const text =
      next === hidden
        ? `Show the other ${decimal(hidden)} series`
        : `Show ${next} of ${decimal(hidden)} more`;
    this.#more.replaceChildren(...(hidden > 0 ? [button({}, more, text)] : []));
  }
}
