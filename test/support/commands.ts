import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { PROJECT_DIRECTORY } from "../../tools/directories";
import { TYPESCRIPT } from "../../tools/typescript/nodeArguments";

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A running command. */
export interface Running {
  child: ChildProcessWithoutNullStreams;
  /**
   * Resolves when standard error matches; each call searches after the previous match.
   *
   * @throws Error if the process ends first.
   */
  shows(pattern: RegExp): Promise<void>;
  /** Resolves when the process has ended and its output is complete. */
  ended: Promise<Ended>;
}

/** Starts `commands/<script>.ts` as its npm script does; `variables` are added to this process's environment. */
export function startScript(
  script: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): Running {
  return startNode([`commands/${script}.ts`, ...args], variables);
}

/** Runs code in a new process. It can `require` TypeScript by absolute path; see {@link modulePath}. */
export function startCode(code: string): Running {
  return startNode(["-e", code], {});
}

/** A module's path, e.g. `commands/session/session`, made absolute, as a string literal for {@link startCode}. */
export function modulePath(module: string): string {
  return JSON.stringify(path.join(PROJECT_DIRECTORY, module));
}

function startNode(args: readonly string[], variables: Record<string, string>): Running {
  const child = spawn(process.execPath, [...TYPESCRIPT, ...args], {
    cwd: PROJECT_DIRECTORY,
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
        throw new Error(`The process ended without showing ${pattern}:\n${stderr}`);
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

/** Runs `commands/<script>.ts` to its end, with an empty standard input. */
export async function runScript(
  script: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<Ended> {
  const { child, ended } = startScript(script, args, variables);
  child.stdin.end();
  return ended;
}
