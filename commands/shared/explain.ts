import { messagesOf } from "../../functions/shared/errors";

/** An error as text for a terminal: several errors get a line each. */
export function explain(error: unknown): string {
  return messagesOf(error).join("\n");
}
