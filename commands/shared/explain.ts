import { messagesOf } from "../../functions/shared/errors";

/** An error in words, for a terminal: each of several errors on its own line. */
export function explain(error: unknown): string {
  return messagesOf(error).join("\n");
}
