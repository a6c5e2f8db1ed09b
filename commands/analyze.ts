import { Command, InvalidArgumentError } from "commander";
import { bundleCommand } from "../infra/bundle";
import { readDefaults } from "../infra/defaults";
import type { AnalyzeCommandOptions } from "./analyze/analyzeRun";
import { PROJECT_DIRECTORY } from "./shared/project";
import { runCommand } from "./shared/runCommand";

const defaults = readDefaults(PROJECT_DIRECTORY, ["seriesId", "period", "populationFrom", "populationTo"]);

/** `npm run analyze -- FILE|DIR`: the report from files on disk, without a cloud. */
const command = new Command("npm run analyze --")
  .description("Makes the report from files on disk.")
  .argument(
    "<path>",
    "a data file such as pr.data.0.Current (tables and population.json beside it are used), or a directory: laid out like an upstream (pub/time.series/<survey>/* and population.json), as npm start -- --out writes it, or with the files directly in it",
  )
  .option("--json", "print the report object instead of tables")
  .option("--csv <dir>", "write the report's tables into this directory as CSV")
  .option("--survey <survey>", "survey to look for in a directory (default: pr, or the only one there)")
  .option(
    "--file <name>",
    "data file to look for in a directory (default: <survey>.data.0.Current, or the only one there)",
  )
  .option("--series <id>", "series to set beside the population", defaults.seriesId)
  .option("--period <period>", "its period, Q01 to Q05", defaults.period)
  .option("--from <year>", "first year of the population summary", year, Number(defaults.populationFrom))
  .option("--to <year>", "last year of the population summary", year, Number(defaults.populationTo))
  .option(
    "--allow-refused <percent>",
    "percentage of rows that may be malformed and left out (default: 1)",
    percent,
  )
  .addHelpText(
    "after",
    "\nExit status: 0 if the report was made; 1 if not, because a file is not what it should be or more rows are " +
      "malformed than --allow-refused allows.",
  )
  .action((location: string, options: AnalyzeCommandOptions) => {
    const bundle = bundleCommand("commands/analyze/analyzeRun.ts");
    const { runAnalysis } = require(bundle) as typeof import("./analyze/analyzeRun");
    return runAnalysis(location, options);
  });

function percent(text: string): number {
  const number = Number(text);
  if (!/^\d{1,3}$/.test(text) || number > 100)
    throw new InvalidArgumentError("It should be a whole number from 0 to 100.");
  return number;
}

function year(text: string): number {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError("It should be a year of four digits.");
  return Number(text);
}

void runCommand(command);
