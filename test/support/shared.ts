/** Resources that take seconds to start, shared by the test files of one process. */

const closers: (() => Promise<void>)[] = [];

/**
 * Starts a resource on the first call, and returns the same one on later calls. It is closed after the tests. Only
 * for resources that no test changes.
 */
export function shared<T extends { close?(): Promise<void> }>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    if (started === undefined) {
      const starting = start();
      started = starting;
      closers.push(async () => {
        started = undefined;
        // If it did not start, the tests that need it have already failed.
        await (await starting.catch(() => undefined))?.close?.();
      });
    }
    return started;
  };
}

/** Closes all shared resources, last started first. */
export async function closeShared(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
