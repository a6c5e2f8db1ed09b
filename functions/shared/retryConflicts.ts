import pRetry from "p-retry";
import { ConflictError } from "./bucket";
import { RunError } from "./status";

/**
 * Retries work that fails because another run wrote first, up to three times.
 *
 * @param work gets the number of the attempt, from 1; each attempt should start from what is stored then.
 * @param signal once aborted, there are no more retries.
 * @throws ConflictError if other runs kept writing first; every other error at once.
 */
export function retryConflicts<T>(work: (attempt: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
  return pRetry(work, {
    retries: 3,
    minTimeout: 100,
    randomize: true,
    shouldRetry: ({ error }) => isConflict(error) && !signal?.aborted,
  });
}

function isConflict(error: unknown): boolean {
  return (error instanceof RunError ? error.cause : error) instanceof ConflictError;
}
