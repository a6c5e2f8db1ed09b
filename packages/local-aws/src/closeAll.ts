/** Something to close, and its name for an error. */
export type Closing = readonly [what: string, close: () => void | Promise<void>];

/** Longer than any process or server of a cloud takes to end. */
const CLOSED_WITHIN_MS = 15_000;

/**
 * Runs all steps in order, even if one fails or does not end in time.
 *
 * @throws AggregateError of the failures, in the order of the steps.
 */
export async function closeAll(steps: readonly Closing[], withinMs = CLOSED_WITHIN_MS): Promise<void> {
  const errors: unknown[] = [];
  for (const [what, close] of steps) {
    try {
      await inTime(what, close, withinMs);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, "Not everything could be closed");
}

/** Waits for all, even if some reject. @throws AggregateError of the rejections. */
export async function allEnded(ending: readonly Promise<unknown>[], message: string): Promise<void> {
  const results = await Promise.allSettled(ending);
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, message);
}

/**
 * Runs some work, then closes what it needed, even if it failed.
 *
 * @throws the error of either; if both fail, an AggregateError with the work's error first.
 */
export async function closeAfter<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  const result = await closeOnError(work, close);
  await close();
  return result;
}

/** Like {@link closeAfter}, but closes only if the work fails. */
export async function closeOnError<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await close().catch((closingError: unknown) => {
      throw new AggregateError([error, closingError], "Closing failed, too");
    });
    throw error;
  }
}

async function inTime(what: string, close: () => void | Promise<void>, withinMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${what} did not end within ${withinMs / 1000} seconds.`)),
    withinMs,
  );
  try {
    await Promise.race([close(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
