import { existsSync } from "node:fs";
import path from "node:path";
import { PROJECT_DIRECTORY } from "../../tools/directories";

/** Small inputs from real users, each in its own folder. */
export const CASES = process.env.CASES_DIR ?? path.join(PROJECT_DIRECTORY, "..", "shared", "cases");

/** The folder of a case; if it is missing, skips the test with a note. */
export function needCase(context: Mocha.Context, name: string): string {
  const folder = path.join(CASES, name);
  if (existsSync(folder)) return folder;
  console.log(`      skipped: there is no ${folder}; set CASES_DIR to the folder of cases`);
  return context.skip();
}
