import { element, svgElement } from "../dom";
import { Cursor } from "./cursor";
import { axes, createFrame, type Frame, type YearValue } from "./frame";
import type { Mark } from "./marks";

interface ChartOptions {
  /** What the chart shows, for screen readers. */
  label: string;
  /** At most one per year, ascending; a missing year counts as a year without a value. */
  values: readonly YearValue[];
  /** First and last year of the axis; by default those of the values. */
  years?: readonly [number, number];
  marks: readonly Mark[];
  /** Drawn behind the axes. */
  background?: readonly Mark[];
  /** Whether the value axis must include 0. */
  fromZero?: boolean;
  height?: number;
  /** Formats a value on the axis. */
  axisFormat: (value: number) => string;
  /** The text above the chart for the year that the reader points at; null if there is no such year. */
  describe: (year: number | null) => string;
  cursor?: Cursor;
  /** Called when a year is chosen, by a click or the Enter key. */
  onChoose?: (year: number) => void;
}

/** Used until the width is known. */
const DEFAULT_WIDTH = 720;

/**
 * A chart over years. It is redrawn when its width changes, so the text size stays the same. Pointing at a year, or
 * moving to it with the arrow keys, shows that year's text above the chart.
 */
export function chart(options: ChartOptions): HTMLElement {
  const { values, label, height = 240, cursor = new Cursor() } = options;
  const years = options.years ?? [values[0]?.year ?? 0, values.at(-1)?.year ?? 0];
  const complete = withGaps(values, years);
  const readout = element("output", { class: "readout" }, options.describe(null));
  const svg = svgElement("svg", { class: "plot", role: "img", tabindex: 0, "aria-label": label, height });
  let frame: Frame | undefined;
  const draw = (width: number) => {
    frame = createFrame({ width, height }, years, complete, options.fromZero ?? false);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const drawn = (marks: readonly Mark[] = []) => marks.map((mark) => mark(frame as Frame, complete));
    svg.replaceChildren(
      ...drawn(options.background),
      axes(frame, options.axisFormat),
      ...drawn(options.marks),
    );
    showCursor();
  };
  const showCursor = () => {
    svg.querySelector(".cursor")?.remove();
    const { year } = cursor;
    if (frame === undefined || year === null || year < years[0] || year > years[1]) return;
    const x = frame.x(year);
    svg.append(svgElement("line", { class: "cursor", x1: x, x2: x, y1: frame.top, y2: frame.bottom }));
  };
  cursor.onChange((year) => {
    readout.textContent = options.describe(year);
    showCursor();
  });
  moveCursor(svg, cursor, years, () => frame, options.onChoose);
  const holder = element("div", { class: "chart" }, readout, svg);
  // An out-of-sight chart may be printed before its width is known.
  draw(DEFAULT_WIDTH);
  new ResizeObserver(() => {
    const { width } = svg.getBoundingClientRect();
    if (width > 0) draw(Math.round(width));
  }).observe(holder);
  return holder;
}

/** One entry per year from first to last, with null for a year without a value. */
function withGaps(values: readonly YearValue[], [from, to]: readonly [number, number]): YearValue[] {
  const byYear = new Map(values.map(({ year, value }) => [year, value]));
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const year = from + index;
    return { year, value: byYear.get(year) ?? null };
  });
}

/** Moves the cursor with the pointer and the keyboard. */
function moveCursor(
  svg: SVGSVGElement,
  cursor: Cursor,
  [first, last]: readonly [number, number],
  frame: () => Frame | undefined,
  onChoose?: (year: number) => void,
): void {
  const within = (year: number) => Math.min(last, Math.max(first, year));
  const pointed = (event: PointerEvent | MouseEvent) => {
    const box = svg.getBoundingClientRect();
    const x = frame()?.x.invert(((event.clientX - box.left) * svg.viewBox.baseVal.width) / box.width);
    return within(Math.round(x ?? first));
  };
  svg.addEventListener("pointermove", (event) => cursor.set(pointed(event)));
  svg.addEventListener("pointerdown", (event) => cursor.set(pointed(event)));
  svg.addEventListener("pointerleave", (event) => {
    // After a tap, the year stays.
    if (event.pointerType === "mouse") cursor.set(null);
  });
  svg.addEventListener("blur", () => cursor.set(null));
  if (onChoose) svg.addEventListener("click", (event) => onChoose(pointed(event)));
  svg.addEventListener("keydown", (event) => {
    const { year } = cursor;
    const moves: Record<string, () => number | null> = {
      ArrowLeft: () => (year === null ? last : within(year - 1)),
      ArrowRight: () => (year === null ? first : within(year + 1)),
      Home: () => first,
      End: () => last,
      Escape: () => null,
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      cursor.set(move());
    } else if (event.key === "Enter" && year !== null) onChoose?.(year);
  });
}
