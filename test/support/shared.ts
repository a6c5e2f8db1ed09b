/** What takes seconds to start and is the same for several test files of one process. */

const closers: (() => Promise<void>)[] = [];

/**
 * Starts something when it is first asked for, and gives everybody the same one; it is closed after the tests. For what
 * no test changes.
 */
export function shared<T extends { close?(): Promise<void> }>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    if (started === undefined) {
      const starting = start();
      started = starting;
      closers.push(async () => {
        started = undefined;
        // If it did not start, the tests that needed it have failed.
        await (await starting.catch(() => undefined))?.close?.();
      });
    }
    return started;
  };
}

/** Closes everything that was shared, the last one first. */
export async function closeShared(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
