import type { Context } from "aws-lambda";

/** What a function keeps of its time to record how far it came: ten seconds, or a fifth of a short time. */
const RESERVE_MS = 10_000;

/** A signal that is aborted before Lambda ends the function, in time to end in order. */
export function beforeTimeout(context: Pick<Context, "getRemainingTimeInMillis">): AbortSignal {
  const remaining = context.getRemainingTimeInMillis();
  return AbortSignal.timeout(Math.max(0, Math.floor(remaining - Math.min(RESERVE_MS, remaining / 5))));
}
