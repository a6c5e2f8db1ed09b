import { type ScaleLinear, scaleLinear } from "d3-scale";
import { svgElement } from "../dom";

/** A value of a year; null for a year without one. */
export interface YearValue {
  year: number;
  value: number | null;
}

/** Where years and values are on a chart, in pixels. */
export interface Frame {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  /** Of the plotting area. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Room for the values' axis; the same for all charts, so that those below each other are aligned. */
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;
const PIXELS_A_YEAR_LABEL = 52;
const PIXELS_A_VALUE_LABEL = 42;

/**
 * The scales of a chart.
 *
 * @param years first and last one.
 * @param fromZero whether the values' axis has to hold 0, as bars need it.
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
    // Half a year at either end, so that the first and the last bar have room.
    x: scaleLinear([years[0] - 0.5, years[1] + 0.5], [frame.left, frame.right]),
    y: scaleLinear([low, low === high ? low + 1 : high], [frame.bottom, frame.top]).nice(4),
  };
}

/** Both axes, with a line across for each value on the left. */
export function axes(
  { x, y, left, right, top, bottom }: Frame,
  format: (value: number) => string,
): SVGElement {
  const valueTicks = y.ticks(Math.max(2, Math.floor((bottom - top) / PIXELS_A_VALUE_LABEL)));
  const yearTicks = x
    .ticks(Math.max(2, Math.floor((right - left) / PIXELS_A_YEAR_LABEL)))
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
