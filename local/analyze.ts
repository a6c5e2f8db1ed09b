/** `npm run analyze -- FILE|DIR`: the report from files on disk, without a cloud. */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import {
  type Analysis,
  analyze,
  type InputFile,
  POPULATION_FILE,
  type ReportSettings,
} from "../analytics/analyze";
import { AnalysisError } from "../analytics/errors";
import { reportJson } from "../analytics/reportJson";
import { endQuietlyWithReader } from "./output";
import { readChunks } from "./readChunks";
import type * as ReportTables from "./reportTables";

interface Options {
  json?: boolean;
  csv?: string;
  survey: string;
  dataFile?: string;
  series: string;
  period: string;
  from: number;
  to: number;
}

/** What was asked cannot be done; the message is all that the user needs. */
class UsageError extends Error {}

const program = new Command("npm run analyze --")
  .description("Makes the report from files on disk.")
  .argument(
    "<path>",
    "a data file such as pr.data.0.Current (tables and population.json beside it are used), or a directory: pub/time.series/<survey>/* and population.json, or the files themselves",
  )
  .option("--json", "print the report object instead of tables")
  .option("--csv <dir>", "write the report's tables into this directory as CSV")
  .option("--survey <survey>", "survey to look for in a directory", "pr")
  .option("--data-file <name>", "data file to look for in a directory (default: <survey>.data.0.Current)")
  .option("--series <id>", "series to set beside the population", "PRS30006032")
  .option("--period <period>", "its period, Q01 to Q05", "Q01")
  .option("--from <year>", "first year of the population summary", year, 2013)
  .option("--to <year>", "last year of the population summary", year, 2018);

async function main(): Promise<void> {
  endQuietlyWithReader(process.stdout);
  const options = program.parse().opts<Options>();
  const [location = ""] = program.args;
  const { files, survey, dataFile } = findFiles(location, options);
  const settings: ReportSettings = {
    survey,
    dataFile,
    populationYears: { from: options.from, to: options.to },
    seriesId: options.series,
    period: options.period,
  };
  if (options.csv !== undefined) mkdirSync(options.csv, { recursive: true });
  const { report, csv } = await analyze(files, settings, { generatedAt: new Date(), allowMissing: true });
  if (options.csv !== undefined) writeTables(options.csv, csv);
  printReport(report, options.json);
}

/** Writes the tables block by block: the largest one is not held as a whole. */
function writeTables(directory: string, csv: Analysis["csv"]): void {
  for (const [name, table] of Object.entries(csv)) {
    const file = openSync(path.join(directory, name), "w");
    try {
      for (const block of table()) writeFileSync(file, block);
    } finally {
      closeSync(file);
    }
  }
}

function printReport(report: Analysis["report"], json = false): void {
  if (json) {
    for (const block of reportJson(report)) process.stdout.write(block);
  } else {
    // Loaded only here, because --json prints no tables.
    const { renderReport } = require("./reportTables") as typeof ReportTables;
    process.stdout.write(`${renderReport(report)}\n`);
  }
}

interface Found {
  files: InputFile[];
  survey: string;
  dataFile: string;
}

function findFiles(location: string, options: Options): Found {
  const found = statSync(location, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`There is no file or directory "${location}".`);
  return found.isDirectory() ? inDirectory(location, options) : oneFile(location);
}

/** A data file, with what lies beside it of the same survey. */
function oneFile(file: string): Found {
  const given = ["survey", "dataFile"].filter((name) => program.getOptionValueSource(name) === "cli");
  if (given.length > 0)
    throw new UsageError("--survey and --data-file are for a directory: a file's name says both.");
  const name = path.basename(file);
  const survey = /^([a-z]+)\.data\..+$/.exec(name)?.[1];
  if (survey === undefined) {
    throw new UsageError(`"${file}" is not named like a BLS data file, such as pr.data.0.Current.`);
  }
  return inDirectory(path.dirname(file), { survey, dataFile: name });
}

function inDirectory(directory: string, options: Pick<Options, "survey" | "dataFile">): Found {
  const { survey, dataFile = `${survey}.data.0.Current` } = options;
  const upstream = path.join(directory, "pub", "time.series", survey);
  const folder = existsSync(upstream) ? upstream : directory;
  if (!existsSync(path.join(folder, dataFile))) {
    throw new UsageError(
      `"${directory}" holds no ${dataFile}, neither itself nor in ${path.join("pub", "time.series", survey)}.`,
    );
  }
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(`${survey}.`))
    .map((name) => onDisk(`raw/bls/${survey}/${name}`, path.join(folder, name)));
  const population = ["population.json", POPULATION_FILE]
    .map((name) => path.join(directory, name))
    .find((file) => existsSync(file));
  if (population !== undefined) files.push(onDisk(`raw/population/${POPULATION_FILE}`, population));
  return { files, survey, dataFile };
}

/** A file, with the key that the pipeline would give it. */
function onDisk(key: string, file: string): InputFile {
  return {
    name: path.posix.basename(key),
    key,
    version: null,
    upstreamDate: null,
    fetchedAt: null,
    open: () => readChunks(file),
  };
}

function year(text: string): number {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError("It should be a year of four digits.");
  return Number(text);
}

main().catch((error: unknown) => {
  if (!isExpected(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});

/** Whether the message alone tells the user what to do; else it is a bug here, and its stack is wanted. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    error instanceof AnalysisError ||
    (error instanceof Error && "syscall" in error)
  );
}
