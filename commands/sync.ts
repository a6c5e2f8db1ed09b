import { Command, Option } from "commander";
import { runCommand } from "./shared/runCommand";
import type { SyncCommandOptions } from "./sync/runSync";

/** `npm run sync`: runs the sync from a terminal. */
const command = new Command("npm run sync --")
  .description("Runs the sync from a terminal, as the Lambda does, or shows what it would do.")
  .option("--stack <name>", "use the settings and buckets of this stack", "dev")
  .addOption(new Option("--survey <code...>", "surveys to sync").default([], "the setting"))
  .option("--dry-run", "print the plan with its reasons; write nothing")
  .option(
    "--check",
    "like --dry-run, but compare the bucket with the manifest too; exit status 1 if the mirror differs",
  )
  .option("--verify", "compare the contents of all files, even if date and size agree")
  .option("--json", "print JSON instead of tables")
  .option("--contact <email>", "your email address, sent to BLS in the User-Agent (default: the setting)")
  .option("--bls-url <url>", "address of the folder that holds the surveys' folders (default: the setting)")
  .option("--endpoint <url>", "address of an S3 other than AWS's, such as the one that npm start prints")
  .option("--data-bucket <name>", "bucket with the mirror (default: the stack's output, from the Pulumi CLI)")
  .option("--state-bucket <name>", "bucket with the manifest (default: the stack's output)")
  .action((options: SyncCommandOptions) => {
    // Loaded only when used, so that `--help` prints at once.
    const { runSync } = require("./sync/runSync") as typeof import("./sync/runSync");
    return runSync(options);
  });

void runCommand(command);
