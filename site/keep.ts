import { setChildren } from "./dom";

/** The way from the root to an element: at each step a child's `data-key`, or its position if it has none. */
type Place = readonly (string | number)[];

/**
 * Gives an element other children, and keeps what the reader did: what is open stays open, tables stay scrolled, and
 * the focus stays. Children that are among the new ones are not touched.
 */
export function replaceContent(parent: Element, children: readonly Element[]): void {
  keeping(parent, () => setChildren(parent, children, children.length));
}

/**
 * Likewise for any change below `root`. An element counts as the same one if it has the same place; what may change its
 * position among its siblings, such as a row of a table, needs a `data-key`.
 */
export function keeping(root: Element, change: () => void): void {
  const placesOf = (elements: Iterable<Element>) => Array.from(elements, (found) => placeOf(root, found));
  const open = placesOf(root.querySelectorAll("details[open]"));
  const scrolled = Array.from(root.querySelectorAll(".scroller"))
    .filter(({ scrollTop, scrollLeft }) => scrollTop > 0 || scrollLeft > 0)
    .map((found) => ({ place: placeOf(root, found), top: found.scrollTop, left: found.scrollLeft }));
  const active = document.activeElement;
  const focused = active !== null && root.contains(active) ? active : undefined;
  const focusedPlace = focused && placeOf(root, focused);
  change();
  for (const place of open) find(root, place)?.setAttribute("open", "");
  for (const { place, top, left } of scrolled)
    find(root, place)?.scrollTo({ top, left, behavior: "instant" });
  if (focusedPlace !== undefined && document.activeElement !== focused) {
    const again = find(root, focusedPlace);
    if (again instanceof HTMLElement || again instanceof SVGElement) again.focus({ preventScroll: true });
  }
}

function placeOf(root: Element, element: Element): Place {
  const place: (string | number)[] = [];
  for (let at = element; at !== root; at = at.parentElement as Element) {
    const position = Array.prototype.indexOf.call(at.parentElement?.children, at);
    place.unshift(at.getAttribute("data-key") ?? position);
  }
  return place;
}

function find(root: Element, place: Place): Element | undefined {
  let at: Element | undefined = root;
  for (const step of place) {
    const children: Element[] = Array.from(at?.children ?? []);
    at = children.find((child, position) => (child.getAttribute("data-key") ?? position) === step);
  }
  return at;
}
