/**
 * An error as one text: its message, then those of its causes and of the errors in it that add something:
 * `It failed: the disk is full`.
 */
export function messageOf(error: unknown): string {
  const start = error instanceof AggregateError ? error.message : "";
  return messagesOf(error).reduce(appendMessage, start);
}

/** {@link messageOf} as separate messages: several if the error is an AggregateError, each with its own causes. */
export function messagesOf(error: unknown): string[] {
  if (error instanceof AggregateError) {
    const messages = [...new Set(error.errors.flatMap(messagesOf))];
    // Some AggregateErrors only join the messages of their errors.
    const isSummary = messages.every((message) => error.message.includes(message));
    return [...(isSummary ? [] : [error.message]), ...messages].filter(Boolean);
  }
  return [error instanceof Error ? appendCauses(error.message, error.cause) : String(error)];
}

function appendCauses(text: string, cause: unknown): string {
  if (cause === undefined || isTechnical(cause)) return text;
  return cause instanceof Error && !(cause instanceof AggregateError)
    ? appendCauses(appendMessage(text, cause.message), cause.cause)
    : messagesOf(cause).reduce(appendMessage, text);
}

/** Appends a message to a text, unless the text already contains it. */
function appendMessage(text: string, message: string): string {
  if (text === "" || text.includes(message.replace(/\.$/, ""))) return text || message;
  return `${text.replace(/\.$/, "")}: ${message}`;
}

/**
 * Whether a message is not worth showing: JSON.parse quotes the file, and a schema's message is JSON. The errors that
 * wrap them explain the problem. A schema's error is recognized by its name, because zod takes long to load.
 */
function isTechnical(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && /ZodError$/.test(error.name));
}

/**
 * An error's text for status objects, which are public: without roles, buckets, the account, e-mail addresses, and the
 * user and query of web addresses. The log has them.
 */
export function toPublicText(text: string): string {
  return text
    .replace(/\barn:[^\s"',)]*[^\s"',).]/g, "arn:…")
    .replace(/\bs3:\/\/[^/\s"',)]+/g, "s3://…")
    .replace(/(\bhttps?:\/\/)[^\s/@"']*@/gi, "$1")
    .replace(/(\bhttps?:\/\/[^\s?#"']*)\?[^\s"',;)]*[^\s"',;).:]/gi, "$1?…")
    .replace(/[^\s"'<>()@,;:]+@[^\s"'<>()@,;:]+\.[^\s"'<>()@,;:.]+/g, "…")
    .replace(/\b\d{12}\b/g, "…");
}
