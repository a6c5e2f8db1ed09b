import type { Writable } from "node:stream";
import type { Command } from "commander";
import { explain } from "./explain";
import { findInterruption } from "./interruption";

/**
 * Parses the command line and runs the command's action. This is the only place where a command's error becomes a
 * sentence on standard error and an exit status.
 *
 * The status is 1 after an error, 128 plus the signal's number after an interruption, and otherwise 0 or what the
 * action set. A bug in this project's own code is printed with its stack, which points to the sources.
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
 * Lets the reader of the output stop early, as `head` does: later output is dropped, and the command ends with the
 * status that it would have had anyway. Any other error of the output is thrown.
 */
function endQuietlyWithReader(output: Writable): void {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Whether JavaScript itself threw the error because of a bug; errors of Node.js and of libraries have a `code`. */
function isDefect(error: unknown): error is Error {
  const isNative = [TypeError, ReferenceError, RangeError].some((type) => error instanceof type);
  return isNative && !Object.hasOwn(error as Error, "code") && (error as Error).cause === undefined;
}
