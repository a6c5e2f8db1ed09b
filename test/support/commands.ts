import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { TYPESCRIPT } from "../../tools/typescript/nodeArguments";

/** The project's folder. */
export const PROJECT = path.join(__dirname, "..", "..");

/** What a command did. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface Running {
  child: ChildProcessWithoutNullStreams;
  /** Resolves when its standard error matches, counted from the last match. @throws Error when it ends before. */
  shows(pattern: RegExp): Promise<void>;
  /** Resolves when it has ended and its output is complete. */
  ended: Promise<Ended>;
}

/** Starts `commands/<script>.ts` as its npm script does, with variables besides this process's own. */
export function startScript(
  script: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): Running {
  const child = spawn(process.execPath, [...TYPESCRIPT, `commands/${script}.ts`, ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...variables },
  });
  const output: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ ...output, code: code as number | null }));
  let seen = 0;
  return {
    child,
    ended,
    async shows(pattern) {
      const closed = ended.then(({ stderr }) => {
        throw new Error(`It ended and never showed ${pattern}:\n${stderr}`);
      });
      for (;;) {
        const match = pattern.exec(output.stderr.slice(seen));
        if (match !== null) {
          seen += match.index + match[0].length;
          closed.catch(() => {});
          return;
        }
        await Promise.race([once(child.stderr, "data"), closed]);
      }
    },
  };
}

/** Runs `commands/<script>.ts` to its end; it has nothing on its standard input. */
export async function runScript(
  script: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<Ended> {
  const { child, ended } = startScript(script, args, variables);
  child.stdin.end();
  return ended;
}
