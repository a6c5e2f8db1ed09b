import { button, element } from "../dom";
import { everything, FILTER_KEYS, type FilterKey, type SelectableSeries, type Selection } from "./selection";

const NAMES: Record<FilterKey, string> = {
  sector: "Sector",
  measure: "Measure",
  unit: "Unit",
  basis: "Basis",
};

/** Search, filters, and the way back to all series. */
export interface Controls {
  element: HTMLElement;
  /** Offers the words that these series have. */
  offer(series: SelectableSeries): void;
  /** Shows a selection that came about otherwise. */
  show(selection: Selection): void;
}

/** @param onChange called with the selection that is asked for. */
export function controls(selection: () => Selection, onChange: (changed: Selection) => void): Controls {
  const search = element("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    placeholder: "Words or a series id",
  });
  search.addEventListener("input", () => onChange({ ...selection(), search: search.value }));
  const selects = FILTER_KEYS.map((key) => [key, select(key)] as const);
  for (const [key, { input }] of selects) {
    input.addEventListener("change", () => {
      const { filters } = selection();
      onChange({ ...selection(), filters: { ...filters, [key]: input.value } });
    });
  }
  const reset = button(
    { class: "link" },
    () => {
      const { sort, descending } = selection();
      onChange({ ...everything(), sort, descending });
      // The button goes away with what it takes back.
      search.focus();
    },
    "Show all series",
  );
  return {
    element: element(
      "div",
      { class: "controls", role: "search", "aria-label": "Best years" },
      element("div", {}, element("label", { for: "search" }, "Search"), search),
      ...selects.map(([, { field }]) => field),
      reset,
    ),
    offer(series) {
      for (const [key, { input, field }] of selects) {
        const words = series.choices(key);
        // A word that is chosen stays, even if no series has it any more: it explains why none is shown.
        const chosen = selection().filters[key];
        const offered = chosen === "" || words.includes(chosen) ? words : [...words, chosen];
        field.hidden = offered.length < 2 && chosen === "";
        const options = Array.from(input.options, ({ value }) => value).slice(1);
        if (options.join("\n") !== offered.join("\n")) input.replaceChildren(...optionsOf(offered));
      }
    },
    show({ search: text, filters, year }) {
      if (search.value !== text) search.value = text;
      for (const [key, { input }] of selects) if (input.value !== filters[key]) input.value = filters[key];
      reset.hidden = text === "" && year === null && FILTER_KEYS.every((key) => filters[key] === "");
    },
  };
}

function select(key: FilterKey): { input: HTMLSelectElement; field: HTMLElement } {
  const input = element("select", { id: `filter-${key}` }, ...optionsOf([]));
  return { input, field: element("div", {}, element("label", { for: `filter-${key}` }, NAMES[key]), input) };
}

function optionsOf(words: readonly string[]): HTMLOptionElement[] {
  const all = element("option", { value: "" }, "All");
  return [all, ...words.map((word) => element("option", { value: word }, word))];
}
