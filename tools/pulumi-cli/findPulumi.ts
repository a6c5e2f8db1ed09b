import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";

const EXECUTABLE = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** Where `npm run pulumi-cli` puts the CLI that it builds. */
export const BUILT_CLI = path.join(__dirname, "..", "..", "dist", "tools", EXECUTABLE);

/**
 * Finds the Pulumi CLI: what the variable `PULUMI` names (a program called `pulumi`), else the one on PATH, else the one
 * built here.
 *
 * @returns its absolute path, or nothing where there is none.
 * @throws Error when `PULUMI` names something that is not there.
 */
export async function findPulumi(): Promise<string | undefined> {
  const { PULUMI, PATH = "" } = process.env;
  if (PULUMI !== undefined && PULUMI !== "") {
    if (await isExecutable(PULUMI)) return path.resolve(PULUMI);
    throw new Error(`PULUMI is ${PULUMI}, and there is no program: set it to the Pulumi CLI, or unset it.`);
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
