import type { Writable } from "node:stream";
import type { Command } from "commander";
import { explain } from "./explain";
import { findInterruption } from "./interruption";

/**
 * Parses the command line and runs the action of the command that it names: the one place where a command's error
 * becomes a sentence on standard error and an exit status.
 *
 * The status is 1 after an error, 128 plus the signal's number after an interruption, and otherwise 0 or what the
 * action set. An error in this project's own code is printed with its stack, which points into the sources.
 */
export async function runCommand(command: Command): Promise<void> {
  endQuietlyWithReader(process.stdout);
  try {
    await command.parseAsync();
  } catch (error) {
    reportFailure(error);
  }
}

/** Prints what went wrong on standard error and sets the exit status. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`${isDefect(error) ? error.stack : explain(error)}\n`);
  process.exitCode = findInterruption(error)?.exitStatus ?? 1;
}

/**
 * Lets the reader of the output stop early, as `head` does: what is written after that is dropped, and the command
 * ends with the status that it would have had. Any other error of the output is thrown.
 */
function endQuietlyWithReader(output: Writable): void {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Whether it is what JavaScript itself throws for broken code; Node's and the libraries' own errors carry a code. */
function isDefect(error: unknown): error is Error {
  const isNative = [TypeError, ReferenceError, RangeError].some((type) => error instanceof type);
  return isNative && !Object.hasOwn(error as Error, "code") && (error as Error).cause === undefined;
}
