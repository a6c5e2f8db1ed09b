/**
 * The message of whatever was thrown, with those of its causes: `… : because … `. A cause whose words are there already
 * adds nothing.
 */
export function messageOf(error: unknown): string {
  return messages(error).reduce(withCause, "");
}

/** Puts a cause's message after what is told, unless its words are in there. */
export function withCause(told: string, cause: string): string {
  if (told === "" || told.includes(cause.replace(/\.$/, ""))) return told || cause;
  return `${told.replace(/\.$/, "")}: ${cause}`;
}

/** An error's words for the public, who read status objects: without roles, buckets and the account. The log has all. */
export function withoutNames(text: string): string {
  return text
    .replace(/\barn:[^\s"',)]*[^\s"',).]/g, "arn:…")
    .replace(/\bs3:\/\/[^/\s"',)]+/g, "s3://…")
    .replace(/\b\d{12}\b/g, "…");
}

/** The error's own message and those of everything that caused it, outermost first. */
function messages(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  // JSON.parse quotes what it read; the error that it caused says in words what is wrong.
  if (error instanceof SyntaxError) return [];
  const inner =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return [error.message, ...inner.flatMap(messages)];
}
