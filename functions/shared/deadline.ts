import type { Context } from "aws-lambda";

/** The time that a function reserves to record how far it got; a fifth of its time if that is short. */
const RESERVE_MS = 10_000;

/** A signal that is aborted before Lambda ends the function, with enough time left to record how far it got. */
export function beforeTimeout(context: Pick<Context, "getRemainingTimeInMillis">): AbortSignal {
  const remaining = context.getRemainingTimeInMillis();
  return AbortSignal.timeout(Math.max(0, Math.floor(remaining - Math.min(RESERVE_MS, remaining / 5))));
}
