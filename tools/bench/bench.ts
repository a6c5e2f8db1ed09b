/** `npm run bench -- sync`, `-- analytics` and `-- site`: measures speed, memory and size against other tools. */
import { Command, InvalidArgumentError, Option } from "commander";
import { runCommand } from "../../commands/shared/runCommand";
import { messageOf } from "../../functions/shared/errors";
import { ANALYTICS_PARTS, type AnalyticsPart, benchAnalytics, MAX_SCALE } from "./analytics/analyticsBench";
import { defaultPython } from "./analytics/python";
import { renderAnalyticsBench } from "./analytics/render";
import { renderSiteBench } from "./site/render";
import { benchSite } from "./site/siteBench";
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

interface AnalyticsCommandOptions {
  runs: number;
  part: AnalyticsPart[];
  scale: number[];
  python: string;
  json?: true;
  requireAll?: true;
}

const DEFAULT_SCALES = [1, 10, 100];

const program = new Command("npm run bench --").description(
  "Measures speed and memory, and compares them with other tools. See docs/benchmarks.md.",
);

program
  .command("sync")
  .description("measure the sync against rclone and aws s3 sync, its memory by file size, and its planning")
  .option("--runs <n>", "number of runs of each measurement", positiveInteger, 5)
  .addOption(
    new Option("--part <part...>", "measure only this").choices(SYNC_PARTS).default([...SYNC_PARTS], "all"),
  )
  .option("--rclone <program>", "path of rclone if it is not on the PATH", "rclone")
  .option("--aws <program>", "path of the AWS CLI if it is not on the PATH", "aws")
  .option("--json", "print every sample as JSON instead of tables")
  .option("--require-all", "exit with status 1 if a tool to compare with is missing")
  .action(runSync);

program
  .command("analytics")
  .description(
    "measure the best-year aggregation against DuckDB, Polars, pandas, PySpark and danfo, the whole report against DuckDB, loading, and a small file",
  )
  .option("--runs <n>", "number of runs of each measurement", positiveInteger, 5)
  .addOption(
    new Option("--part <part...>", "measure only this")
      .choices(ANALYTICS_PARTS)
      .default([...ANALYTICS_PARTS], "all"),
  )
  .addOption(
    new Option("--scale <times...>", `sizes of the data file as multiples of the sample, up to ${MAX_SCALE}`)
      .argParser(appendScale)
      .default(DEFAULT_SCALES, DEFAULT_SCALES.join(" ")),
  )
  .option("--python <program>", "Python with the other engines installed", defaultPython())
  .option("--json", "print every sample as JSON instead of tables")
  .option("--require-all", "exit with status 1 if an engine to compare with is missing")
  .action(runAnalytics);

program
  .command("site")
  .description("measure the page: its size, its first view, and the time of a key press in the search")
  .option("--runs <n>", "number of runs of each measurement", positiveInteger, 10)
  .option("--json", "print every sample as JSON instead of a table")
  .action(runSite);

async function runSync({ part, json, requireAll, ...options }: SyncCommandOptions): Promise<void> {
  const result = await benchSync({ ...options, parts: part, progress });
  process.stdout.write(json ? `${JSON.stringify(result, errorsAsText, 2)}\n` : renderSyncBench(result));
  const failed = result.transfers?.some(({ error }) => error !== undefined) ?? false;
  if (failed || (requireAll && result.missing.length > 0)) process.exitCode = 1;
}

async function runAnalytics({ part, json, requireAll, ...options }: AnalyticsCommandOptions): Promise<void> {
  const result = await benchAnalytics({ ...options, parts: part, progress });
  process.stdout.write(json ? `${JSON.stringify(result, errorsAsText, 2)}\n` : renderAnalyticsBench(result));
  const measured = [...(result.aggregations ?? []), ...(result.reports ?? [])];
  const failed = measured.some(({ subjects }) => subjects.some(({ error }) => error !== undefined));
  if (failed || (requireAll && result.missing.length > 0)) process.exitCode = 1;
}

async function runSite({ runs, json }: { runs: number; json?: true }): Promise<void> {
  const result = await benchSite({ runs, progress });
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : renderSiteBench(result));
}

function progress(step: string): void {
  process.stderr.write(`${step} …\n`);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("Give a whole number above 0.");
}

/** commander calls this once per value; the first value replaces the default. */
function appendScale(text: string, before: number[]): number[] {
  const value = positiveInteger(text);
  if (value > MAX_SCALE) throw new InvalidArgumentError(`Give at most ${MAX_SCALE}.`);
  return before === DEFAULT_SCALES ? [value] : [...before, value];
}

/** `JSON.stringify` would print an error as `{}`. */
function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? messageOf(value) : value;
}

void runCommand(program);
