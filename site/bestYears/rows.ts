import type { BestYear, Report } from "../../analytics/report";
import { button, element } from "../dom";
import { counted, value as inDecimals } from "../format";
import { seriesDetail } from "./seriesDetail";
import type { YearlySums } from "./yearlySums";

// Rows are laid out as grids (page.css), and are rows only because they say so.

/** How many columns the table has. */
export const COLUMNS = 4;

/** The rows of the best years' table: each is made once, when it is first shown, and opened one at a time. */
export class Rows {
  readonly #report: Report;
  readonly #sums: YearlySums;
  readonly #onOpen: (seriesId: string | null) => void;
  readonly #made = new Map<string, HTMLTableRowElement>();
  #open: { seriesId: string; detail: HTMLTableRowElement } | undefined;

  /** @param onOpen called when a row is opened, or null when none is open any more. */
  constructor(report: Report, sums: YearlySums, onOpen: (seriesId: string | null) => void) {
    this.#report = report;
    this.#sums = sums;
    this.#onOpen = onOpen;
  }

  /** A series' row, followed by its detail where it is open. */
  elementsOf(best: BestYear): HTMLTableRowElement[] {
    const row = this.#rowOf(best);
    return this.#open?.seriesId === best.seriesId ? [row, this.#open.detail] : [row];
  }

  /** Opens a series, and closes the one that is open. */
  open(best: BestYear): void {
    if (this.#open?.seriesId === best.seriesId) return;
    this.close();
    const row = this.#rowOf(best);
    row.classList.add("open");
    row.querySelector("button")?.setAttribute("aria-expanded", "true");
    const content = seriesDetail(this.#report, best, this.#sums);
    const detail = element(
      "tr",
      { class: "opened", role: "row" },
      element("td", { colspan: COLUMNS, role: "cell" }, content),
    );
    this.#open = { seriesId: best.seriesId, detail };
    row.after(detail);
    this.#onOpen(best.seriesId);
  }

  close(): void {
    if (this.#open === undefined) return;
    const row = this.#made.get(this.#open.seriesId);
    row?.classList.remove("open");
    row?.querySelector("button")?.setAttribute("aria-expanded", "false");
    this.#open.detail.remove();
    this.#open = undefined;
    this.#onOpen(null);
  }

  #rowOf(best: BestYear): HTMLTableRowElement {
    const found = this.#made.get(best.seriesId);
    if (found !== undefined) return found;
    const made = this.#make(best);
    this.#made.set(best.seriesId, made);
    return made;
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
      { "data-series": seriesId, role: "row" },
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
        basis === "annual" ? "annual average" : counted(quarters, "quarter"),
      ),
    );
  }
}
