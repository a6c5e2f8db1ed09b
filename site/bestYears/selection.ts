import type { BestYear } from "../../analytics/report";

/** What the table can be sorted by. */
export const SORT_KEYS = ["series", "year", "value", "basis"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What the table can be filtered by. */
export const FILTER_KEYS = ["sector", "measure", "unit", "basis"] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** Which series are shown, and in what order. */
export interface Selection {
  /** Words that must all occur in the series' id, title or unit, in any case. */
  search: string;
  /** By filter: only series with exactly this word; empty for all. */
  filters: Record<FilterKey, string>;
  /** Only series with this best year; null for all. */
  year: number | null;
  sort: SortKey;
  descending: boolean;
}

/** The selection of all series, sorted by title. */
export function selectAll(): Selection {
  return {
    search: "",
    filters: { sector: "", measure: "", unit: "", basis: "" },
    year: null,
    sort: "series",
    descending: false,
  };
}

const collator = new Intl.Collator("en-US", { numeric: true });

const COMPARE: Record<SortKey, (a: BestYear, b: BestYear) => number> = {
  series: (a, b) => collator.compare(a.title, b.title),
  year: (a, b) => a.year - b.year,
  value: (a, b) => a.value - b.value,
  basis: (a, b) => collator.compare(a.basis, b.basis) || a.quarters - b.quarters,
};

/** The best years, prepared so that each key press in the search takes one pass, without sorting or joining text. */
export class SelectableSeries {
  readonly rows: readonly BestYear[];
  readonly #texts: readonly string[];
  readonly #orders = new Map<SortKey, readonly number[]>();

  constructor(rows: readonly BestYear[]) {
    this.rows = rows;
    this.#texts = rows.map(({ seriesId, title, unit }) => `${seriesId} ${title} ${unit ?? ""}`.toLowerCase());
  }

  /** The distinct words of the series for a filter, sorted. */
  choices(key: FilterKey): string[] {
    return [...new Set(this.rows.map((row) => row[key]))]
      .filter((word) => word !== null)
      .sort(collator.compare);
  }

  /** The indexes of the selected series, in order. */
  select({ search, filters, year, sort, descending }: Selection): number[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = FILTER_KEYS.filter((key) => filters[key] !== "");
    const selected = this.#order(sort).filter((index) => {
      const row = this.rows[index] as BestYear;
      const text = this.#texts[index] as string;
      return (
        (year === null || row.year === year) &&
        wanted.every((key) => row[key] === filters[key]) &&
        words.every((word) => text.includes(word))
      );
    });
    return descending ? selected.reverse() : selected;
  }

  #order(sort: SortKey): readonly number[] {
    const found = this.#orders.get(sort);
    if (found !== undefined) return found;
    const compare = COMPARE[sort];
    const order = this.rows
      .map((_, index) => index)
      .sort((a, b) => compare(this.rows[a] as BestYear, this.rows[b] as BestYear));
    this.#orders.set(sort, order);
    return order;
  }
}
