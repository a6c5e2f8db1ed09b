/** The error that a promise rejects with. @throws Error if it resolves, or rejects with something else. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const reason = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (reason instanceof Error) return reason;
  throw new Error(`Expected a rejection with an error, got ${reason}.`);
}
