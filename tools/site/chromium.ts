import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

/** The names of Chromium's executable in different packages. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of Chromium: the variable `CHROMIUM`, or the first one on the `PATH`; undefined if neither has it. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return process.env.CHROMIUM ?? candidates.find(isExecutable);
}

/** Starts Chromium without a window and without background requests. @throws Error if Chromium is not found. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`Chromium not found: ${CHROMIUM_HINT}.`);
  return chromium.launch({
    executablePath,
    args: [
      // The sandbox does not work for root, the usual user in containers.
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

/** What to do if Chromium is not found. */
export const CHROMIUM_HINT = "install Debian's package chromium, or set CHROMIUM to its path";

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Missing or not executable.
    return false;
  }
}
