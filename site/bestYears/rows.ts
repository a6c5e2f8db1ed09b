import type { BestYear, Report } from "../../analytics/report";
import { button, element } from "../dom";
import { value as inDecimals, pluralize } from "../format";
import { SeriesDetail } from "./seriesDetail";
import type { YearlySums } from "./yearlySums";

// Rows are laid out as grids (page.css), and are rows only because they say so.

/** How many columns the table has. */
export const COLUMNS = 4;

/** The row of a series, and what it was made of. */
interface Made {
  best: BestYear;
  row: HTMLTableRowElement;
}

/** What a row's detail is made of. */
interface Source {
  report: Report;
  sums: YearlySums;
}

/** The rows of the best years' table: each is made once, when it is first shown, and opened one at a time. */
export class Rows {
  readonly #made = new Map<string, Made>();
  #source: Source | undefined;
  #open: { seriesId: string; row: HTMLTableRowElement; detail: SeriesDetail } | undefined;

  /** Takes another report: rows that are the same in it stay as they are, and so does the series that is open. */
  update(report: Report, sums: YearlySums): void {
    this.#source = { report, sums };
    const bySeries = new Map(report.bestYears.map((best) => [best.seriesId, best]));
    for (const [seriesId, { best }] of this.#made) {
      if (JSON.stringify(best) !== JSON.stringify(bySeries.get(seriesId))) this.#made.delete(seriesId);
    }
    if (this.#open === undefined) return;
    const best = bySeries.get(this.#open.seriesId);
    if (best === undefined) {
      this.close();
      return;
    }
    markOpen(this.#rowOf(best), true);
    this.#open.detail.show(report, best, sums);
  }

  /** A series' row, followed by its detail if it is open. */
  elementsOf(best: BestYear): HTMLTableRowElement[] {
    const row = this.#rowOf(best);
    return this.#open?.seriesId === best.seriesId ? [row, this.#open.row] : [row];
  }

  /** Opens a series, and closes the one that is open. */
  open(best: BestYear): void {
    if (this.#open?.seriesId === best.seriesId || this.#source === undefined) return;
    this.close();
    const detail = new SeriesDetail();
    const row = element(
      "tr",
      { class: "opened", role: "row", "data-key": `detail of ${best.seriesId}` },
      element("td", { colspan: COLUMNS, role: "cell" }, detail.element),
    );
    this.#open = { seriesId: best.seriesId, row, detail };
    const above = this.#rowOf(best);
    markOpen(above, true);
    above.after(row);
    detail.show(this.#source.report, best, this.#source.sums);
  }

  close(): void {
    if (this.#open === undefined) return;
    const { seriesId, row } = this.#open;
    const above = this.#made.get(seriesId)?.row;
    if (above !== undefined) markOpen(above, false);
    row.remove();
    this.#open = undefined;
  }

  #rowOf(best: BestYear): HTMLTableRowElement {
    const found = this.#made.get(best.seriesId);
    if (found !== undefined) return found.row;
    const row = this.#make(best);
    this.#made.set(best.seriesId, { best, row });
    return row;
  }

  #make(best: BestYear): HTMLTableRowElement {
    const { seriesId, title, unit, year, value, basis, quarters, tiedYears } = best;
    const toggle = button(
      { class: "title", "aria-expanded": "false" },
      () => {
        if (this.#open?.seriesId === seriesId) this.close();
        else this.open(best);
      },
      title,
    );
    const ties = tiedYears.length > 0 && element("span", { class: "badge" }, `tie: ${tiedYears.join(", ")}`);
    return element(
      "tr",
      { "data-series": seriesId, "data-key": seriesId, role: "row" },
      element(
        "th",
        { scope: "row", role: "rowheader" },
        toggle,
        element("small", {}, [seriesId, unit].filter(Boolean).join(" · ")),
      ),
      element("td", { class: "number", role: "cell" }, String(year), ties),
      element("td", { class: "number", role: "cell" }, inDecimals(value)),
      element(
        "td",
        { class: "wide", role: "cell" },
        basis === "annual" ? "annual average" : pluralize(quarters, "quarter"),
      ),
    );
  }
}

function markOpen(row: HTMLTableRowElement, isOpen: boolean): void {
  row.classList.toggle("open", isOpen);
  row.querySelector("button")?.setAttribute("aria-expanded", String(isOpen));
}
