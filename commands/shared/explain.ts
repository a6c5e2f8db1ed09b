import { withCause } from "../../functions/shared/errors";

/**
 * What went wrong, for a terminal: the error's message, then those of its causes that tell something new; each of
 * several errors on a line of its own.
 */
export function explain(error: unknown): string {
  if (error instanceof AggregateError) {
    const lines = [...new Set(error.errors.map(explain))];
    return [...(tellsAll(error.message, lines) ? [] : [error.message]), ...lines].filter(Boolean).join("\n");
  }
  return error instanceof Error ? withCauses(error.message, error.cause) : String(error);
}

function withCauses(told: string, cause: unknown): string {
  if (cause === undefined || isToldAlready(cause)) return told;
  return cause instanceof Error && !(cause instanceof AggregateError)
    ? withCauses(withCause(told, cause.message), cause.cause)
    : withCause(told, explain(cause));
}

/** Some errors only join the messages of those that they hold. */
function tellsAll(message: string, lines: readonly string[]): boolean {
  return lines.every((line) => message.includes(line));
}

/**
 * A schema's own message is JSON, and JSON.parse quotes the file; the errors that they caused have put it in words. A
 * schema's error is known by name: zod loads slowly.
 */
function isToldAlready(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && /ZodError$/.test(error.name));
}
