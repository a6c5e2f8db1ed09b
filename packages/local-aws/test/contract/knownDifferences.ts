import type { AsyncFunc, Func, Suite, Test } from "mocha";

/** A case of the contract in which a cloud is known to differ from AWS. */
export interface KnownDifference {
  /** The case's full title without the cloud's name, e.g. `rules › refuse daily as their schedule`. */
  title: string;
  /** What the cloud does instead, as a phrase. */
  instead: string;
  /** The message with which the case fails; any other message is a real failure. */
  fails: RegExp;
}

/**
 * Inverts cases: they still run, but must fail as listed. If one passes, its error says which row to delete.
 *
 * @throws Error if a row's case does not exist.
 */
export function expectDifferences(suite: Suite, differences: readonly KnownDifference[]): void {
  const cases = new Map(testsOf(suite).map((test) => [titleWithin(suite, test), test]));
  for (const difference of differences) {
    const test = cases.get(difference.title);
    if (test?.fn === undefined) throw new Error(`The contract has no case '${difference.title}'.`);
    test.fn = failing(test.fn, difference);
    test.title += ` — differs: ${difference.instead}`;
  }
}

function failing(run: Func | AsyncFunc, { title, fails }: KnownDifference): AsyncFunc {
  return async function () {
    let failure: unknown;
    try {
      await (run as AsyncFunc).call(this);
    } catch (error) {
      failure = error;
    }
    if (failure === undefined)
      throw new Error(
        `'${title}' passes: delete its row from the known differences, and from docs/local-cloud.md.`,
      );
    const message = failure instanceof Error ? failure.message : String(failure);
    if (!fails.test(message))
      throw new Error(`'${title}' fails differently than listed: ${message}`, { cause: failure });
  };
}

function testsOf(suite: Suite): Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

function titleWithin(suite: Suite, test: Test): string {
  return test.titlePath().slice(suite.titlePath().length).join(" › ");
}
