import type { BestYear, Report } from "../../analytics/report";
import { pluralize } from "../../analytics/words";
import { button, element } from "../dom";
import { formatValue } from "../format";
import { SeriesDetail } from "./seriesDetail";
import type { YearlySums } from "./yearlySums";

// page.css lays out rows as grids, so screen readers no longer recognize them as rows; hence the roles.

const COLUMNS = 4;

/** A series' row and the data it shows. */
interface BuiltRow {
  best: BestYear;
  row: HTMLTableRowElement;
}

/** The data for a row's detail. */
interface DetailData {
  report: Report;
  sums: YearlySums;
}

/** The rows of the table. Each is built when it is first shown and then reused; at most one is open. */
export class BestYearRows {
  readonly #built = new Map<string, BuiltRow>();
  #data: DetailData | undefined;
  #open: { seriesId: string; row: HTMLTableRowElement; detail: SeriesDetail } | undefined;

  /** Switches to another report. Unchanged rows are reused, and the open series stays open. */
  update(report: Report, sums: YearlySums): void {
    this.#data = { report, sums };
    const bySeries = new Map(report.bestYears.map((best) => [best.seriesId, best]));
    for (const [seriesId, { best }] of this.#built) {
      if (JSON.stringify(best) !== JSON.stringify(bySeries.get(seriesId))) this.#built.delete(seriesId);
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

  /** The row of a series, followed by its detail if it is open. */
  elementsOf(best: BestYear): HTMLTableRowElement[] {
    const row = this.#rowOf(best);
    return this.#open?.seriesId === best.seriesId ? [row, this.#open.row] : [row];
  }

  /** Opens a series and closes any other. */
  open(best: BestYear): void {
    if (this.#open?.seriesId === best.seriesId || this.#data === undefined) return;
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
    detail.show(this.#data.report, best, this.#data.sums);
  }

  /** Closes the open series, if any. */
  close(): void {
    if (this.#open === undefined) return;
    const { seriesId, row } = this.#open;
    const above = this.#built.get(seriesId)?.row;
    if (above !== undefined) markOpen(above, false);
    row.remove();
    this.#open = undefined;
  }

  #rowOf(best: BestYear): HTMLTableRowElement {
    const found = this.#built.get(best.seriesId);
    if (found !== undefined) return found.row;
    const row = this.#build(best);
    this.#built.set(best.seriesId, { best, row });
    return row;
  }

  #build(best: BestYear): HTMLTableRowElement {
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
      element("td", { class: "number", role: "cell" }, formatValue(value)),
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
