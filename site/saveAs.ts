import { element } from "./dom";

/** Lets the reader save a text that was made here. */
export function saveAs(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  element("a", { href, download: name }).click();
  // The browser has taken its own reference by the next task.
  setTimeout(() => URL.revokeObjectURL(href));
}
