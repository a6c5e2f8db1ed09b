import { CHROMIUM_HINT, findChromium } from "../../tools/site/chromium";

/** Skips the suite with a message if there is no browser. */
export function skipWithoutChromium(context: Mocha.Context): void {
  if (findChromium() !== undefined) return;
  console.log(`      skipped: no Chromium; ${CHROMIUM_HINT}`);
  context.skip();
}
