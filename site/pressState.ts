/**
 * Tracks whether a mouse button, a finger or the space bar is down. A browser fires a click only if, on release, the
 * pressed element is still there and still under the pointer. Until then the page must not replace or move anything.
 */

/** A click follows the release at once for a mouse, a moment later for a finger. */
const CLICK_MS = 100;
/** Some releases are never reported, such as one in the list of a `select`. */
const LONGEST_PRESS_MS = 60_000;

let state: "up" | "down" | "released" = "up";
/** Whether the space bar is down. If so, a pointer that moves without buttons does not mean a release. */
let isSpaceDown = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: (() => void)[] = [];

/** Starts tracking on the whole page. */
export function watchPresses(): void {
  addEventListener("pointerdown", () => press(false), true);
  addEventListener("keydown", ({ key }) => key === " " && press(true), true);
  addEventListener("keyup", ({ key }) => key === " " && release(), true);
  for (const event of ["pointerup", "pointercancel"]) addEventListener(event, release, true);
  // Without capture, to get only the window's blur: a press moves the focus, so elements blur too.
  addEventListener("blur", release);
  // A release outside the window may not be reported; the next move without buttons reveals it.
  addEventListener("pointermove", ({ buttons }) => buttons === 0 && !isSpaceDown && release(), true);
}

/** Whether something is pressed, or was just released and may still get its click. */
export function isPressed(): boolean {
  return state !== "up";
}

/** Resolves once nothing is pressed and the last press has had its click. */
export function untilReleased(): Promise<void> {
  return isPressed() ? new Promise((resume) => waiting.push(resume)) : Promise.resolve();
}

function press(isSpace: boolean): void {
  isSpaceDown = isSpace;
  state = "down";
  endIn(LONGEST_PRESS_MS);
}

function release(): void {
  if (state !== "down") return;
  state = "released";
  endIn(CLICK_MS);
}

function endIn(milliseconds: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    state = "up";
    const resumed = waiting;
    waiting = [];
    for (const resume of resumed) resume();
  }, milliseconds);
}
