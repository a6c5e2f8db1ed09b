/**
 * The message of whatever was thrown, with those of its causes: `It failed: the disk is full`. A cause whose message is
 * already in the text adds nothing.
 */
export function messageOf(error: unknown): string {
  return messages(error).reduce(withCause, "");
}

/** Appends a cause's message to a text, unless the text already contains it. */
export function withCause(told: string, cause: string): string {
  if (told === "" || told.includes(cause.replace(/\.$/, ""))) return told || cause;
  return `${told.replace(/\.$/, "")}: ${cause}`;
}

/** An error's text for status objects, which are public: without roles, buckets and the account. The log has it all. */
export function withoutNames(text: string): string {
  return text
    .replace(/\barn:[^\s"',)]*[^\s"',).]/g, "arn:…")
    .replace(/\bs3:\/\/[^/\s"',)]+/g, "s3://…")
    .replace(/\b\d{12}\b/g, "…");
}

/** The error's own message and those of everything that caused it, outermost first. */
function messages(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  // JSON.parse quotes what it read; the error that wraps its own says what is wrong in plain words.
  if (error instanceof SyntaxError) return [];
  const inner =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return [error.message, ...inner.flatMap(messages)];
}
