import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { type InputFile, POPULATION_FILE } from "../../analytics/analyzeFiles";
import { POPULATION_KEY, surveyPrefix } from "../../functions/shared/keys";
import { formatNames } from "../shared/formatNames";
import { readChunks } from "./readChunks";

/** The files and settings of an analysis on this machine. */
interface ReportInputs {
  files: FileOnDisk[];
  survey: string;
  dataFile: string;
}

/** An input file with its path on this machine. */
export interface FileOnDisk extends InputFile {
  path: string;
}

/** Which of a directory's files to analyse. */
interface FileSelection {
  /** By default `pr`, or else the only survey in the directory. */
  survey?: string;
  /** By default `<survey>.data.0.Current`, or else the survey's only data file. */
  file?: string;
}

/** Folders that hold the surveys' folders: in an upstream, and in a copy of the data bucket (`npm start -- --out`). */
const SURVEY_FOLDERS = [path.join("pub", "time.series"), path.join("raw", "bls")];
/** Names that browsers and download tools give to unfinished downloads. */
const UNFINISHED = /\.(crdownload|download|part|partial|filepart)$/i;
/** Where the population may be, relative to a survey's folder or to the given directory. */
const POPULATION_FILES = [
  "population.json",
  "population.json.txt",
  POPULATION_FILE,
  path.join("raw", "population", POPULATION_FILE),
];
const DATA_FILE = /^([a-z]{2})\.data\../;

/**
 * Finds the files for a report. The location is a data file, used with the files beside it, or a directory: laid out
 * like an upstream or the data bucket, or with the files directly in it. Names may end in `.txt`, which browsers add.
 *
 * @throws Error in one sentence if there is nothing to analyse, or if the choice is not clear.
 */
export function findInputFiles(location: string, selection: FileSelection): ReportInputs {
  const found = statSync(location, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`There is no file or directory "${location}".`);
  return found.isDirectory() ? findInDirectory(location, selection) : findBesideFile(location, selection);
}

/** A data file, with the files of the same survey beside it. */
function findBesideFile(file: string, selection: FileSelection): ReportInputs {
  if (selection.survey !== undefined || selection.file !== undefined)
    throw new Error("--survey and --file are for a directory: a file's name already gives both.");
  if (UNFINISHED.test(file))
    throw new Error(`"${file}" is an unfinished download: let it finish, or start it again.`);
  const dataFile = blsName(path.basename(file));
  const survey = DATA_FILE.exec(dataFile)?.[1];
  if (survey === undefined) {
    throw new Error(`"${file}" is not named like a BLS data file, such as pr.data.0.Current.`);
  }
  const folder = path.dirname(file);
  const files = filesOf(folder, survey).filter(({ name }) => name !== dataFile);
  files.push(onDisk(surveyPrefix(survey) + dataFile, file));
  return { files: [...files, ...findPopulation([folder])], survey, dataFile };
}

function findInDirectory(directory: string, selection: FileSelection): ReportInputs {
  const folders = findSurveyFolders(directory);
  const survey = selection.survey ?? chooseSurvey(directory, [...folders.keys()]);
  const folder = folders.get(survey);
  if (folder === undefined) {
    const others = folders.size === 0 ? "" : `, only for ${formatNames([...folders.keys()])}`;
    throw new Error(`"${directory}" has no data file for the survey ${survey}${others}.`);
  }
  const files = filesOf(folder, survey, selection.file);
  const dataFile = chooseDataFile(directory, survey, files, selection.file);
  return { files: [...files, ...findPopulation([directory, folder])], survey, dataFile };
}

/** The folder of each survey that a directory has data files for. */
function findSurveyFolders(directory: string): Map<string, string> {
  const parents = SURVEY_FOLDERS.map((parent) => path.join(directory, parent)).filter(isDirectory);
  const folders = parents.flatMap((parent) =>
    readdirSync(parent)
      .map((name) => path.join(parent, name))
      .filter(isDirectory),
  );
  const found = new Map<string, string>();
  for (const folder of [...folders, directory]) {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
    for (const { name } of entries) {
      const survey = UNFINISHED.test(name) ? undefined : DATA_FILE.exec(name)?.[1];
      if (survey !== undefined && !found.has(survey)) found.set(survey, folder);
    }
  }
  return found;
}

function chooseSurvey(directory: string, surveys: readonly string[]): string {
  const [only, ...others] = surveys;
  if (only === undefined) {
    throw new Error(
      `"${directory}" has no data file such as pr.data.0.Current, either directly or in ${SURVEY_FOLDERS.join("/<survey> or ")}/<survey>.`,
    );
  }
  if (others.length === 0) return only;
  if (surveys.includes("pr")) return "pr";
  throw new Error(`"${directory}" has the surveys ${formatNames(surveys)}; choose one with --survey.`);
}

function chooseDataFile(
  directory: string,
  survey: string,
  files: readonly FileOnDisk[],
  wanted: string | undefined,
): string {
  const names = files.map(({ name }) => name).filter((name) => DATA_FILE.test(name));
  const usual = `${survey}.data.0.Current`;
  if (wanted !== undefined) {
    if (names.includes(blsName(wanted))) return blsName(wanted);
    throw new Error(`"${directory}" has no data file ${wanted}; it has ${formatNames(names)}.`);
  }
  const [only, ...others] = names;
  if (names.includes(usual) || only === undefined) return usual;
  if (others.length === 0) return only;
  throw new Error(
    `"${directory}" has several data files of the survey ${survey}: ${formatNames(names)}. Choose one with --file.`,
  );
}

/** The survey's files in a folder, sorted by name. If a file exists with and without `.txt`, the one without wins. */
function filesOf(folder: string, survey: string, wanted?: string): FileOnDisk[] {
  const byName = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const name = blsName(entry.name);
    if (!name.startsWith(`${survey}.`) || entry.isDirectory() || UNFINISHED.test(name)) continue;
    const isExact =
      wanted === undefined || blsName(wanted) !== name ? entry.name === name : entry.name === wanted;
    if (!byName.has(name) || isExact) byName.set(name, path.join(folder, entry.name));
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, file]) => onDisk(surveyPrefix(survey) + name, file));
}

function findPopulation(given: readonly string[]): FileOnDisk[] {
  const folders = given.flatMap((folder) => [folder, ...rootAbove(folder)]);
  const file = folders
    .flatMap((folder) => POPULATION_FILES.map((name) => path.join(folder, name)))
    .find((candidate) => existsSync(candidate));
  return file === undefined ? [] : [onDisk(POPULATION_KEY, file)];
}

/** The root of the upstream or of the bucket's copy that contains a survey's folder, if any. */
function rootAbove(folder: string): string[] {
  const parent = path.dirname(path.resolve(folder));
  return SURVEY_FOLDERS.filter((surveys) => parent.endsWith(path.sep + surveys)).map((surveys) =>
    parent.slice(0, -surveys.length - 1),
  );
}

/**
 * BLS's name for a file that a browser may have renamed: `pr.series.txt` and `pr.series (1)` become `pr.series`;
 * `pr.txt` stays.
 */
function blsName(name: string): string {
  return name.replace(/^([a-z]{2}\..+?)( \(\d+\))?(\.txt)?( \(\d+\))?$/i, "$1");
}

/** A file with its key in the pipeline. */
function onDisk(key: string, file: string): FileOnDisk {
  return {
    name: path.posix.basename(key),
    key,
    version: null,
    upstreamDate: null,
    fetchedAt: null,
    path: file,
    open: () => readChunks(file),
  };
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
