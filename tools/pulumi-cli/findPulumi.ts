import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";

const EXECUTABLE = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** Where `npm run pulumi-cli` puts the CLI that it builds. */
export const BUILT_CLI = path.join(__dirname, "..", "..", "dist", "tools", EXECUTABLE);

/**
 * Finds the Pulumi CLI: the program that the variable `PULUMI` names, else `pulumi` on PATH, else the one built here. Its
 * name has to be `pulumi`, because the automation API looks for it by this name.
 *
 * @returns its absolute path; `undefined` if it is not installed.
 * @throws Error if `PULUMI` does not name a program.
 */
export async function findPulumi(): Promise<string | undefined> {
  const { PULUMI, PATH = "" } = process.env;
  if (PULUMI !== undefined && PULUMI !== "") {
    if (await isExecutable(PULUMI)) return path.resolve(PULUMI);
    throw new Error(`PULUMI is ${PULUMI}, which is not a program: set it to the Pulumi CLI, or unset it.`);
  }
  const candidates = PATH.split(path.delimiter).map((folder) => path.join(folder, EXECUTABLE));
  for (const candidate of [...candidates, BUILT_CLI]) {
    if (await isExecutable(candidate)) return path.resolve(candidate);
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
