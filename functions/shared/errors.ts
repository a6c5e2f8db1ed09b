/** The message of whatever was thrown, with the messages of its causes: `… : because … `. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return [error.message, ...inner.map(messageOf)].filter((text) => text !== "").join(": ");
}
