import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

/** What Chromium is called, depending on who packaged it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Chromium: the variable `CHROMIUM`, or the first one on the `PATH`; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return process.env.CHROMIUM ?? candidates.find(isExecutable);
}

/** Starts it without a window; it asks for nothing but what a page asks for. @throws Error where there is none. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`There is no Chromium: ${CHROMIUM_HINT}.`);
  return chromium.launch({
    executablePath,
    args: [
      // Its sandbox does not work for root, as whom containers run.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What whoever has no Chromium can do. */
export const CHROMIUM_HINT = "install Debian's package chromium, or name one in the variable CHROMIUM";

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run.
    return false;
  }
}
