import { Command } from "commander";
import { runCommand } from "./shared/runCommand";
import type { SyncCommandOptions } from "./sync/syncRun";

/** `npm run sync`: the sync from a terminal. */
const command = new Command("npm run sync --")
  .description("Runs the sync from a terminal, as the Lambda does, or tells what it would do.")
  .option("--stack <name>", "whose settings and buckets to use", "dev")
  .option("--survey <code...>", "surveys to sync (default: those of the settings)", [])
  .option("--dry-run", "print the plan with its reasons, write nothing")
  .option(
    "--check",
    "likewise, comparing the bucket with the manifest too; exit status 1 where the mirror differs",
  )
  .option("--verify", "compare the contents of all files, also where date and size agree")
  .option("--json", "print JSON instead of tables")
  .option("--contact <email>", "where the upstream can reach you (default: the setting)")
  .option("--bls-url <url>", "address that the surveys' folders are below (default: the setting)")
  .option("--endpoint <url>", "address of another S3 than AWS's, such as the one that npm start prints")
  .option("--data-bucket <name>", "default: the stack's output, asked of the Pulumi CLI")
  .option("--state-bucket <name>", "likewise")
  .action((options: SyncCommandOptions) => {
    // Loaded only when used: `--help` prints at once.
    const { syncFromTerminal } = require("./sync/syncRun") as typeof import("./sync/syncRun");
    return syncFromTerminal(options);
  });

void runCommand(command);
