import { closeShared } from "./support/shared";

// The functions' own log lines would drown the tests' report; set the variable to see them.
process.env.POWERTOOLS_LOG_LEVEL ??= "SILENT";

/** Mocha's root hooks: after the last file in one process, after each file where files run side by side. */
export const mochaHooks = { afterAll: closeShared };
