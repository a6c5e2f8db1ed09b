import { closeShared } from "./support/shared";

// The functions' log lines would hide the test report; set the variable to see them.
process.env.POWERTOOLS_LOG_LEVEL ??= "SILENT";

/** Mocha's root hooks: run after the last file, or after each file with `--parallel`. */
export const mochaHooks = { afterAll: closeShared };
