import pRetry from "p-retry";
import { ConflictError } from "./bucket";
import { RunError } from "./status";

/**
 * Starts work again that lost to another run, up to three times.
 *
 * @param work gets the number of the attempt, from 1; each attempt should start from what is stored by then.
 * @param signal once aborted, nothing is started again.
 * @throws ConflictError if other runs kept writing; every other error at once.
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
