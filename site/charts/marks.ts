import { svgElement } from "../dom";
import type { Frame, YearValue } from "./frame";

/** Draws values into a frame. */
export type Mark = (frame: Frame, values: readonly YearValue[]) => SVGElement;

/** A line through the values with a dot at each, interrupted at years without a value. */
export const lineMark: Mark = ({ x, y }, values) => {
  const points = values.map(({ year, value }) => (value === null ? null : `${x(year)},${y(value)}`));
  const path = points.flatMap((point, index) => {
    if (point === null) return [];
    return `${(points[index - 1] ?? null) === null ? "M" : "L"}${point}`;
  });
  return svgElement(
    "g",
    { class: "line" },
    svgElement("path", { d: path.join("") }),
    ...values.flatMap(({ year, value }) =>
      value === null ? [] : [svgElement("circle", { cx: x(year), cy: y(value), r: 3 })],
    ),
  );
};

/** A bar from 0 to each value; the bars of marked years stand out. */
export function barsMark(marked: ReadonlySet<number> = new Set()): Mark {
  return ({ x, y }, values) => {
    const width = Math.min(32, (x(1) - x(0)) * 0.72);
    return svgElement(
      "g",
      { class: "bars" },
      ...values.flatMap(({ year, value }) => {
        if (value === null) return [];
        const [top, bottom] = [y(Math.max(0, value)), y(Math.min(0, value))];
        return [
          svgElement("rect", {
            x: x(year) - width / 2,
            y: top,
            width,
            height: Math.max(1, bottom - top),
            rx: 2,
            class: marked.has(year) ? "marked" : undefined,
            "data-year": year,
          }),
        ];
      }),
    );
  };
}

/** Shades the years from the first to the last, inclusive. */
export function shadeMark([from, to]: readonly [number, number]): Mark {
  return ({ x, top, bottom }) =>
    svgElement("rect", {
      class: "shade",
      x: x(from - 0.5),
      y: top,
      width: x(to + 0.5) - x(from - 0.5),
      height: bottom - top,
    });
}

/** A horizontal line at a value, with its name. */
export function referenceMark(value: number, name: string): Mark {
  return ({ y, left, right }) =>
    svgElement(
      "g",
      { class: "reference" },
      svgElement("line", { x1: left, x2: right, y1: y(value), y2: y(value) }),
      svgElement("text", { x: right, y: y(value) - 6, "text-anchor": "end" }, name),
    );
}
