import type { BestYear, Report } from "../../analytics/report";
import { button, element, setChildren } from "../dom";
import { decimal } from "../format";
import { keeping } from "../keep";
import { isPressed } from "../press";
import { type Column, csvButton } from "../tables";
import { controls } from "./controls";
import { Rows } from "./rows";
import { everything, SelectableSeries, type Selection, type SortKey } from "./selection";
import type { YearlySums } from "./yearlySums";

/** Rows shown at first: what comes after them should not be far. `page.css` always lays out this many. */
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

/**
 * The best years of all series: search, filters, sorting, and rows that open. One table shows one report after the
 * other, so that what the reader made of it outlives a report.
 */
export class BestYearsTable {
  readonly element: HTMLElement;
  readonly #rows = new Rows();
  readonly #body = element("tbody", { role: "rowgroup" });
  readonly #count = element("p", { class: "count", role: "status" });
  readonly #more = button({}, () => this.#showMore());
  readonly #heads = new Map<SortKey, HTMLElement>();
  readonly #controls;
  #series = new SelectableSeries([]);
  #selection = everything();
  #shown = SHOWN_AT_FIRST;
  #nextFrame = 0;

  constructor() {
    this.#controls = controls(
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
        csvButton("best-years-selected.csv", CSV, () => this.#selected(), "Save the selected rows (CSV)"),
      ),
    );
  }

  /** Shows this report; selection, order, the rows shown and the series that is open stay. */
  update(report: Report, sums: YearlySums): void {
    this.#series = new SelectableSeries(report.bestYears);
    this.#controls.offer(this.#series);
    keeping(this.#body, () => {
      this.#rows.update(report, sums);
      // All at once: a table that is short for some frames would move everything below it.
      this.#show(Number.POSITIVE_INFINITY);
    });
  }

  get selection(): Selection {
    return this.#selection;
  }

  select(selection: Selection): void {
    this.#selection = selection;
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
    return this.#series.select(this.#selection).map((at) => this.#series.rows[at] as BestYear);
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

  /** @param atOnce how many rows have to be there when this returns, at least. */
  #show(atOnce = ROWS_AT_ONCE): void {
    const selection = this.#selection;
    const selected = this.#selected();
    const shown = selected.slice(0, this.#shown);
    this.#place(shown, atOnce);
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
  #place(rows: readonly BestYear[], atOnce: number): void {
    cancelAnimationFrame(this.#nextFrame);
    // Asked for anew in each frame: a row may have been opened or closed since the one before.
    const elements = rows.flatMap((best) => this.#rows.elementsOf(best));
    const open = elements.findIndex((row) => row.classList.contains("opened"));
    const count = Math.max(atOnce, open + 1);
    setChildren(this.#body, elements, count);
    const complete = count >= elements.length;
    this.#body.setAttribute("aria-busy", String(!complete));
    if (!complete) this.#placeNext(rows, count + ROWS_A_FRAME);
  }

  /** In the next frame, or in the first one in which no click is under way that new rows would move away from. */
  #placeNext(rows: readonly BestYear[], count: number): void {
    this.#nextFrame = requestAnimationFrame(() => {
      if (isPressed()) this.#placeNext(rows, count);
      else this.#place(rows, count);
    });
  }

  #showRest(hidden: number): void {
    const next = Math.min(hidden, SHOWN_MORE);
    this.#more.hidden = hidden === 0;
    this.#more.textContent =
      next === hidden
        ? `Show the other ${decimal(hidden)} series`
        : `Show ${next} of ${decimal(hidden)} more`;
  }

  #showMore(): void {
    this.#shown += SHOWN_MORE;
    this.#show();
  }
}
