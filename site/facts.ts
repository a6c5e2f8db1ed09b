import { type Child, element } from "./dom";

/** An entry of a `dl`: a name and its content. */
export function fact(name: string, ...content: Child[]): HTMLElement {
  return element("div", {}, element("dt", {}, name), element("dd", {}, ...content));
}

/** An entry of a `dl` whose content is a large number, followed by a note. */
export function figure(name: string, value: string, note: string): HTMLElement {
  return fact(name, element("strong", {}, value), " ", note);
}
