/**
 * What went wrong, for a terminal: the error's message, then those of its causes that tell something new; each of
 * several errors on a line of its own.
 */
export function explain(error: unknown): string {
  if (error instanceof AggregateError) {
    const lines = error.errors.map(explain);
    return [...(tellsAll(error.message, lines) ? [] : [error.message]), ...lines].filter(Boolean).join("\n");
  }
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined || isSchemaError(error.cause)) return error.message;
  const cause = explain(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message.replace(/\.$/, "")}: ${cause}`;
}

/** Some errors only join the messages of those that they hold. */
function tellsAll(message: string, lines: readonly string[]): boolean {
  return lines.every((line) => message.includes(line));
}

/** A schema's own message is JSON; the error that it caused has put it in words. Known by name: zod loads slowly. */
function isSchemaError(error: unknown): boolean {
  return error instanceof Error && /ZodError$/.test(error.name);
}
