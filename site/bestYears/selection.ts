import type { BestYear } from "../../analytics/report";

/** What the best years can be sorted by. */
export const SORT_KEYS = ["series", "year", "value", "basis"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What can be filtered by; each holds one of the words that the series have. */
export const FILTER_KEYS = ["sector", "measure", "unit", "basis"] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** Which series are shown, and in which order. */
export interface Selection {
  /** Words that all have to be somewhere in the series' id, title or unit, whatever their case. */
  search: string;
  /** Only series with this word; empty for all. */
  filters: Record<FilterKey, string>;
  /** Only series whose best year it is. */
  year: number | null;
  sort: SortKey;
  descending: boolean;
}

/** All series, by title. */
export function everything(): Selection {
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

/** The best years, prepared so that each key press is one pass over them: no sorting, and no text put together. */
export class SelectableSeries {
  readonly rows: readonly BestYear[];
  readonly #texts: readonly string[];
  readonly #orders = new Map<SortKey, readonly number[]>();

  constructor(rows: readonly BestYear[]) {
    this.rows = rows;
    this.#texts = rows.map(({ seriesId, title, unit }) => `${seriesId} ${title} ${unit ?? ""}`.toLowerCase());
  }

  /** The words that series have for a filter, sorted. */
  choices(key: FilterKey): string[] {
    return [...new Set(this.rows.map((row) => row[key]))]
      .filter((word) => word !== null)
      .sort(collator.compare);
  }

  /** The indexes of the series selected, in order. */
  select({ search, filters, year, sort, descending }: Selection): number[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = FILTER_KEYS.filter((key) => filters[key] !== "");
    const selected = this.#order(sort).filter((at) => {
      const row = this.rows[at] as BestYear;
      const text = this.#texts[at] as string;
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
      .map((_, at) => at)
      .sort((a, b) => compare(this.rows[a] as BestYear, this.rows[b] as BestYear));
    this.#orders.set(sort, order);
    return order;
  }
}
