/** Replaces content without losing the reader's state: open elements, scrolled tables and the focus stay. */
import { setChildren } from "./dom";

/** The path from a root to an element: at each step a child's `data-key`, or its index if it has none. */
type ElementPath = readonly (string | number)[];

/** Gives `parent` new children and keeps the reader's state. Children that stay are not touched. */
export function replaceContent(parent: Element, children: readonly Element[]): void {
  keepReaderState(parent, () => setChildren(parent, children, children.length));
}

/**
 * Runs `change` and then restores the reader's state below `root`. An element counts as the same if it has the same
 * path; an element whose index may change, such as a table row, needs a `data-key`.
 */
export function keepReaderState(root: Element, change: () => void): void {
  const openPaths = Array.from(root.querySelectorAll("details[open]"), (details) => pathOf(root, details));
  const scrolled = Array.from(root.querySelectorAll(".scroller"))
    .filter(({ scrollTop, scrollLeft }) => scrollTop > 0 || scrollLeft > 0)
    .map((scroller) => ({
      path: pathOf(root, scroller),
      top: scroller.scrollTop,
      left: scroller.scrollLeft,
    }));
  const active = document.activeElement;
  const focused = active !== null && root.contains(active) ? active : undefined;
  const focusedPath = focused && pathOf(root, focused);
  change();
  for (const path of openPaths) find(root, path)?.setAttribute("open", "");
  for (const { path, top, left } of scrolled) find(root, path)?.scrollTo({ top, left, behavior: "instant" });
  if (focusedPath !== undefined && document.activeElement !== focused) {
    const successor = find(root, focusedPath);
    if (successor instanceof HTMLElement || successor instanceof SVGElement)
      successor.focus({ preventScroll: true });
  }
}

function pathOf(root: Element, element: Element): ElementPath {
  const path: (string | number)[] = [];
  for (let current = element; current !== root; current = current.parentElement as Element) {
    const index = Array.prototype.indexOf.call(current.parentElement?.children, current);
    path.unshift(current.getAttribute("data-key") ?? index);
  }
  return path;
}

function find(root: Element, path: ElementPath): Element | undefined {
  let current: Element | undefined = root;
  for (const step of path) {
    const children: Element[] = Array.from(current?.children ?? []);
    current = children.find((child, index) => (child.getAttribute("data-key") ?? index) === step);
  }
  return current;
}
