import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** The project's folder. */
export const PROJECT = path.join(__dirname, "..", "..");

/** What a command did. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `local/<script>.ts` as its npm script does, with variables besides this process's own. */
export async function runScript(
  script: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ["-r", "ts-node/register", `local/${script}.ts`, ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...variables },
  });
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    ended.stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    ended.stderr += chunk;
  });
  [ended.code] = (await once(child, "close")) as [number | null];
  return ended;
}
