import { button, element } from "../dom";
import { FILTER_KEYS, type FilterKey, type SelectableSeries, type Selection, selectAll } from "./selection";

const NAMES: Record<FilterKey, string> = {
  sector: "Sector",
  measure: "Measure",
  unit: "Unit",
  basis: "Basis",
};

/** The search, the filters, and the button that resets them. */
interface Controls {
  element: HTMLElement;
  /** Offers the words of these series in the filters. */
  offerChoices(series: SelectableSeries): void;
  /** Shows this selection in the controls. */
  showSelection(selection: Selection): void;
}

/**
 * Creates the controls.
 *
 * @param selection returns the current selection.
 * @param onChange called with the selection that the reader chooses.
 */
export function createControls(selection: () => Selection, onChange: (changed: Selection) => void): Controls {
  const search = element("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    placeholder: "Words or a series ID",
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
      onChange({ ...selectAll(), sort, descending });
      // The button disappears on reset, and the focus would be lost with it.
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
    offerChoices(series) {
      for (const [key, { input, field }] of selects) {
        const words = series.choices(key);
        // Keep the chosen word even if no series has it any more: it explains why the table is empty.
        const chosen = selection().filters[key];
        const offered = chosen === "" || words.includes(chosen) ? words : [...words, chosen];
        field.hidden = offered.length < 2 && chosen === "";
        const options = Array.from(input.options, ({ value }) => value).slice(1);
        if (options.join("\n") !== offered.join("\n")) input.replaceChildren(...optionsOf(offered));
      }
    },
    showSelection({ search: text, filters, year }) {
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
