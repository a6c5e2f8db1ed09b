import { type ScaleLinear, scaleLinear } from "d3-scale";
import { svgElement } from "../dom";

/** A year's value; null if it has none. */
export interface YearValue {
  year: number;
  value: number | null;
}

/** The scales and the plotting area of a chart, in pixels. */
export interface Frame {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  /** Edges of the plotting area. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Room for the value axis; the same in all charts, so that stacked charts align. */
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;
const PIXELS_PER_YEAR_LABEL = 52;
const PIXELS_PER_VALUE_LABEL = 42;

/**
 * Creates the scales of a chart.
 *
 * @param years first and last year.
 * @param fromZero whether the value axis must include 0, as bars require.
 */
export function createFrame(
  size: { width: number; height: number },
  years: readonly [number, number],
  values: readonly YearValue[],
  fromZero: boolean,
): Frame {
  const frame = { left: LEFT, right: size.width - RIGHT, top: TOP, bottom: size.height - BOTTOM };
  const known = values.flatMap(({ value }) => (value === null ? [] : [value]));
  if (fromZero || known.length === 0) known.push(0);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return {
    ...frame,
    // Half a year more at each end makes room for the first and the last bar.
    x: scaleLinear([years[0] - 0.5, years[1] + 0.5], [frame.left, frame.right]),
    y: scaleLinear([low, low === high ? low + 1 : high], [frame.bottom, frame.top]).nice(4),
  };
}

/** Both axes, with a grid line for each value label. */
export function axes(
  { x, y, left, right, top, bottom }: Frame,
  format: (value: number) => string,
): SVGElement {
  const valueTicks = y.ticks(Math.max(2, Math.floor((bottom - top) / PIXELS_PER_VALUE_LABEL)));
  const yearTicks = x
    .ticks(Math.max(2, Math.floor((right - left) / PIXELS_PER_YEAR_LABEL)))
    .filter(Number.isInteger);
  return svgElement(
    "g",
    { class: "axes", "aria-hidden": "true" },
    ...valueTicks.flatMap((value) => [
      svgElement("line", {
        x1: left,
        x2: right,
        y1: y(value),
        y2: y(value),
        class: value === 0 ? "zero" : "grid",
      }),
      svgElement("text", { x: left - 8, y: y(value), dy: "0.32em", "text-anchor": "end" }, format(value)),
    ]),
    ...yearTicks.map((year) =>
      svgElement("text", { x: x(year), y: bottom + 18, "text-anchor": "middle" }, String(year)),
    ),
  );
}
