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
  /** Shows a selection that came about otherwise. */
  show(selection: Selection): void;
}

/** @param onChange called with the selection that is asked for. */
export function controls(
  series: SelectableSeries,
  selection: () => Selection,
  onChange: (changed: Selection) => void,
): Controls {
  const search = element("input", {
    type: "search",
    id: "search",
    autocomplete: "off",
    placeholder: "Words or a series id",
  });
  search.addEventListener("input", () => onChange({ ...selection(), search: search.value }));
  const selects = FILTER_KEYS.flatMap((key) => {
    const choices = series.choices(key);
    return choices.length < 2 ? [] : [[key, select(key, choices)] as const];
  });
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
    show({ search: text, filters, year }) {
      if (search.value !== text) search.value = text;
      for (const [key, { input }] of selects) input.value = filters[key];
      reset.hidden = text === "" && year === null && FILTER_KEYS.every((key) => filters[key] === "");
    },
  };
}

function select(
  key: FilterKey,
  choices: readonly string[],
): { input: HTMLSelectElement; field: HTMLElement } {
  const input = element(
    "select",
    { id: `filter-${key}` },
    element("option", { value: "" }, "All"),
    ...choices.map((word) => element("option", { value: word }, word)),
  );
  return { input, field: element("div", {}, element("label", { for: `filter-${key}` }, NAMES[key]), input) };
}
