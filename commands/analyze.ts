import { Command, InvalidArgumentError } from "commander";
import { bundleCommand } from "../infra/bundle";
import { readDefaults } from "../infra/defaults";
import type { AnalyzeCommandOptions } from "./analyze/runAnalyze";
import { PROJECT_DIRECTORY } from "./shared/project";
import { runCommand } from "./shared/runCommand";

const defaults = readDefaults(PROJECT_DIRECTORY, [
  "seriesId",
  "period",
  "populationFrom",
  "populationTo",
  "maxRefusedPercent",
]);

/** `npm run analyze -- FILE|DIR`: creates the report from files on disk, without a cloud. */
const command = new Command("npm run analyze --")
  .description("Creates the report from files on disk.")
  .argument(
    "<path>",
    "a data file such as pr.data.0.Current (tables and population.json beside it are used too), or a directory: laid out like the sources (pub/time.series/<survey>/* and population.json), written by npm start -- --out, or with the files directly in it",
  )
  .option("--json", "print the report object instead of tables")
  .option("--csv <dir>", "write the report's tables to this directory as CSV")
  .option("--survey <survey>", "survey to use from a directory (default: pr, or the only one there)")
  .option(
    "--file <name>",
    "data file to use from a directory (default: <survey>.data.0.Current, or the only one there)",
  )
  .option("--series <id>", "series to show beside the population", defaults.seriesId)
  .option("--period <period>", "its period, Q01 to Q05", defaults.period)
  .option("--from <year>", "first year of the population summary", year, Number(defaults.populationFrom))
  .option("--to <year>", "last year of the population summary", year, Number(defaults.populationTo))
  .option(
    "--allow-refused <percent>",
    "highest percentage of rows that may be malformed; they are left out",
    percent,
    Number(defaults.maxRefusedPercent),
  )
  .addHelpText(
    "after",
    "\nExit status: 0 if the report was created; 1 if a file cannot be used\n" +
      "or more rows are malformed than --allow-refused allows.",
  )
  .action((location: string, options: AnalyzeCommandOptions) => {
    const bundle = bundleCommand("commands/analyze/runAnalyze.ts");
    const { runAnalyze } = require(bundle) as typeof import("./analyze/runAnalyze");
    return runAnalyze(location, options);
  });

function percent(text: string): number {
  const number = Number(text);
  if (!/^\d{1,3}$/.test(text) || number > 100)
    throw new InvalidArgumentError("Give a whole number from 0 to 100.");
  return number;
}

function year(text: string): number {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError("Give a year with four digits.");
  return Number(text);
}

void runCommand(command);
