import { type MochaOptions, Runner, reporters } from "mocha";

/** Mocha's spec reporter with a last line `N passed, N failed, N skipped`. */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options?: MochaOptions) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      // At exit, because the parent prints its epilogue at the same event.
      process.once("exit", () => console.log(`${passes} passed, ${failures} failed, ${pending} skipped`));
    });
  }
}
