/**
 * Knows whether a mouse button, a finger or the space bar is down. A browser makes a click only if what was pressed is
 * still there, and still below the pointer, when it is released: until then nothing is replaced or moved.
 */

/** A release makes its click at once with a mouse, a moment later with a finger. */
const CLICK_MS = 100;
/** A release may never be reported, such as one in the list of a select. */
const LONGEST_PRESS_MS = 60_000;

let state: "up" | "down" | "released" = "up";
/** Whether the space bar is what is down: the pointer may move meanwhile. */
let byKey = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: (() => void)[] = [];

/** Begins to watch the whole page. */
export function watchPresses(): void {
  addEventListener("pointerdown", () => press(false), true);
  addEventListener("keydown", ({ key }) => key === " " && press(true), true);
  addEventListener("keyup", ({ key }) => key === " " && release(), true);
  for (const event of ["pointerup", "pointercancel"]) addEventListener(event, release, true);
  // Not while capturing: every element's blur would count then, and a press moves the focus.
  addEventListener("blur", release);
  // If a release outside the window was not reported, the next movement tells.
  addEventListener("pointermove", ({ buttons }) => buttons === 0 && !byKey && release(), true);
}

export function isPressed(): boolean {
  return state !== "up";
}

/** Resolves when nothing is pressed, and what was pressed has had its click. */
export function untilReleased(): Promise<void> {
  return isPressed() ? new Promise((resume) => waiting.push(resume)) : Promise.resolve();
}

function press(key: boolean): void {
  byKey = key;
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
