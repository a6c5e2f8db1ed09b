/** Text becomes a text node, never markup, because words in the report come from upstream. */
export type Child = Node | string | number | null | undefined | false;

/** Attributes by name; `true` sets one without a value, `undefined` and `false` leave it out. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Creates an HTML element with attributes and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

/** Creates an SVG element with attributes and children. */
export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Creates a button that runs `onClick`. */
export function button(attributes: Attributes, onClick: () => void, ...children: Child[]): HTMLButtonElement {
  const created = element("button", { type: "button", ...attributes }, ...children);
  created.addEventListener("click", onClick);
  return created;
}

/**
 * Gives an element these children. Those that stay are not touched, so the browser lays out only what changes.
 *
 * @param count how many of the children must be in place on return; the others may be missing.
 */
export function setChildren(parent: Element, children: readonly Element[], count: number): void {
  const wanted = new Set(children);
  for (const child of Array.from(parent.children)) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of children.slice(0, count)) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}

/** The page's element with this id. @throws Error if `index.html` does not have it. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page does not have an element '${id}'.`);
  return found;
}

function fill<E extends Element>(target: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false)
      target.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      target.append(typeof child === "number" ? String(child) : child);
    }
  }
  return target;
}
