import { createReadStream, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { analyze, type InputFile, POPULATION_FILE, type ReportSettings } from "../analytics/analyze";
import { renderReport } from "./reportTables";

/** Options of `npm run analyze`, as commander reads them. */
export interface AnalyzeCommandOptions {
  json?: boolean;
  csv?: string;
  survey?: string;
  dataFile?: string;
  series: string;
  period: string;
  from: number;
  to: number;
}

/** Makes the report of a data file or a directory, and prints it. */
export async function analyzeFiles(location: string, options: AnalyzeCommandOptions): Promise<void> {
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
  if (options.csv !== undefined) {
    for (const [name, text] of Object.entries(csv)) writeFileSync(path.join(options.csv, name), text);
  }
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : renderReport(report)}\n`);
}

interface Found {
  files: InputFile[];
  survey: string;
  dataFile: string;
}

function findFiles(location: string, options: AnalyzeCommandOptions): Found {
  const found = statSync(location, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`There is no file or directory "${location}".`);
  return found.isDirectory()
    ? inDirectory(location, options.survey ?? "pr", options.dataFile)
    : oneFile(location, options);
}

/** A data file, with what lies beside it of the same survey. */
function oneFile(file: string, options: AnalyzeCommandOptions): Found {
  if (options.survey !== undefined || options.dataFile !== undefined)
    throw new Error("--survey and --data-file are for a directory: a file's name says both.");
  const name = path.basename(file);
  const survey = /^([a-z]+)\.data\..+$/.exec(name)?.[1];
  if (survey === undefined) {
    throw new Error(`"${file}" is not named like a BLS data file, such as pr.data.0.Current.`);
  }
  return inDirectory(path.dirname(file), survey, name);
}

function inDirectory(directory: string, survey: string, dataFile = `${survey}.data.0.Current`): Found {
  const upstream = path.join(directory, "pub", "time.series", survey);
  const folder = existsSync(upstream) ? upstream : directory;
  if (!existsSync(path.join(folder, dataFile))) {
    throw new Error(
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
    open: () => createReadStream(file, { highWaterMark: 1024 * 1024 }),
  };
}
