/**
 * Knows whether a mouse button, a finger or the space bar is down. A browser makes a click only if what was pressed is
 * still there, and still below the pointer, when it is released: until then nothing is replaced or moved.
 */

/** A release makes its click at once with a mouse, a moment later with a finger. */
const CLICK_MS = 100;
/** A release may never be reported, such as one outside the window or in the list of a select. */
const LONGEST_PRESS_MS = 5_000;

let pressed = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: (() => void)[] = [];

/** Begins to watch the whole page. */
export function watchPresses(): void {
  addEventListener("pointerdown", press, true);
  addEventListener("keydown", ({ key }) => key === " " && press(), true);
  for (const event of ["pointerup", "pointercancel", "keyup", "blur"]) {
    addEventListener(event, () => pressed && endIn(CLICK_MS), true);
  }
}

export function isPressed(): boolean {
  return pressed;
}

/** Resolves when nothing is pressed, and what was pressed has had its click. */
export function untilReleased(): Promise<void> {
  return pressed ? new Promise((resume) => waiting.push(resume)) : Promise.resolve();
}

function press(): void {
  pressed = true;
  endIn(LONGEST_PRESS_MS);
}

function endIn(milliseconds: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    pressed = false;
    const resumed = waiting;
    waiting = [];
    for (const resume of resumed) resume();
  }, milliseconds);
}
