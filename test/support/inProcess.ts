import { reportFailure } from "../../commands/shared/runCommand";
import { runStart, type StartOptions } from "../../commands/start/runStart";
import type { Ended } from "./commands";

/**
 * Runs a command's action in this process, which is faster than starting another. Captures its output and exit status,
 * and reports errors as `runCommand` does.
 *
 * @param variables environment variables during the run.
 */
export async function runHere(
  action: () => Promise<void>,
  variables: Record<string, string> = {},
): Promise<Ended> {
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  const capture = (stream: "stdout" | "stderr") => (text: unknown) => {
    ended[stream] += String(text);
    return true;
  };
  const restore = [
    replace(process.stdout, "write", capture("stdout")),
    replace(process.stderr, "write", capture("stderr")),
    // As with a pipe, even if the tests run in a terminal.
    replace(process.stdout, "isTTY", false),
    replace(process.stderr, "isTTY", false),
    ...Object.entries(variables).map(([name, value]) => replace(process.env, name, value)),
    // Undefined until the command sets it.
    replace(process, "exitCode", undefined),
  ];
  try {
    await action().catch(reportFailure);
    ended.code = Number(process.exitCode ?? 0);
  } finally {
    for (const undo of restore) undo();
  }
  return ended;
}

/** `npm start -- --once` in this process, with these options. */
export function startHere(options: Partial<StartOptions>): Promise<Ended> {
  return runHere(() => runStart({ days: 1, stack: "dev", once: true, ...options }));
}

/** Replaces a property. @returns a function that restores it. */
function replace<T extends object>(owner: T, name: keyof T, value: unknown): () => void {
  const before: unknown = Reflect.get(owner, name);
  const had = Object.hasOwn(owner, name);
  Reflect.set(owner, name, value);
  return () => {
    if (had) Reflect.set(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}
