/** `npm run bench -- sync`: speed and memory, beside those of other tools. */
import { Command, InvalidArgumentError, Option } from "commander";
import { messageOf } from "../functions/shared/errors";
import { renderSyncBench } from "./sync/render";
import { benchSync, SYNC_PARTS, type SyncPart } from "./sync/syncBench";

interface SyncCommandOptions {
  runs: number;
  part: SyncPart[];
  rclone: string;
  aws: string;
  json?: true;
  requireAll?: true;
}

const program = new Command("npm run bench --").description(
  "Measures speed and memory, beside those of other tools. See docs/benchmarks.md.",
);

program
  .command("sync")
  .description("the sync beside rclone and aws s3 sync, its memory over a file's size, its planning")
  .option("--runs <n>", "how often each measurement is repeated", positiveInteger, 5)
  .addOption(
    new Option("--part <part...>", "measure only this").choices(SYNC_PARTS).default([...SYNC_PARTS], "all"),
  )
  .option("--rclone <program>", "rclone, where it is not on the PATH", "rclone")
  .option("--aws <program>", "the AWS CLI, where it is not on the PATH", "aws")
  .option("--json", "print every sample as JSON instead of tables")
  .option("--require-all", "exit status 1 when a tool to compare with is missing")
  .action(runSync);

async function runSync({ part, json, requireAll, ...options }: SyncCommandOptions): Promise<void> {
  const result = await benchSync({ ...options, parts: part, progress });
  process.stdout.write(json ? `${JSON.stringify(result, errorsAsText, 2)}\n` : renderSyncBench(result));
  const failed = result.transfers?.some(({ error }) => error !== undefined) ?? false;
  if (failed || (requireAll && result.missing.length > 0)) process.exitCode = 1;
}

function progress(step: string): void {
  process.stderr.write(`${step} …\n`);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It should be a whole number above 0.");
}

/** JSON has no way of its own to tell of an error. */
function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? messageOf(value) : value;
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
