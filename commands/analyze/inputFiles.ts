import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { type InputFile, POPULATION_FILE } from "../../analytics/analyzeFiles";
import { POPULATION_KEY, surveyPrefix } from "../../functions/shared/keys";
import { readChunks } from "./readChunks";

/** What an analysis on this machine reads. */
export interface FoundFiles {
  files: FileOnDisk[];
  survey: string;
  dataFile: string;
}

/** An input, and where it is on this machine. */
export interface FileOnDisk extends InputFile {
  path: string;
}

/** What to look for in a directory. */
export interface Wanted {
  /** By default `pr`, or the only survey that is there. */
  survey?: string;
  /** By default `<survey>.data.0.Current`, or the only data file that is there. */
  file?: string;
}

/** Where the surveys' folders are: in an upstream, and in a copy of the data bucket (`npm start -- --out`). */
const SURVEY_FOLDERS = [path.join("pub", "time.series"), path.join("raw", "bls")];
/** Names that browsers and download tools give to unfinished downloads. */
const UNFINISHED = /\.(crdownload|download|part|partial|filepart)$/i;
/** Where the population can be, relative to a survey's files or to the directory that was given. */
const POPULATION_FILES = [
  "population.json",
  "population.json.txt",
  POPULATION_FILE,
  path.join("raw", "population", POPULATION_FILE),
];
const DATA_FILE = /^([a-z]{2})\.data\../;
/** How many names a message lists; the rest are counted. */
const MOST_NAMES = 5;

/**
 * Finds the files for a report: a data file and the files beside it, a directory laid out like an upstream or the data
 * bucket, or one that holds the files directly. Names may have `.txt` added, as browsers save them.
 *
 * @throws Error in one sentence when there is nothing to analyse, or more than one thing.
 */
export function findFiles(location: string, wanted: Wanted): FoundFiles {
  const found = statSync(location, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`There is no file or directory "${location}".`);
  return found.isDirectory() ? inDirectory(location, wanted) : besideFile(location, wanted);
}

/** A data file, with the files of the same survey beside it. */
function besideFile(file: string, wanted: Wanted): FoundFiles {
  if (wanted.survey !== undefined || wanted.file !== undefined)
    throw new Error("--survey and --file are for a directory: a file's name already gives both.");
  if (UNFINISHED.test(file))
    throw new Error(`"${file}" is an unfinished download: wait for it, or start it again.`);
  const dataFile = blsName(path.basename(file));
  const survey = DATA_FILE.exec(dataFile)?.[1];
  if (survey === undefined) {
    throw new Error(`"${file}" is not named like a BLS data file, such as pr.data.0.Current.`);
  }
  const folder = path.dirname(file);
  const files = filesOf(folder, survey).filter(({ name }) => name !== dataFile);
  files.push(onDisk(surveyPrefix(survey) + dataFile, file));
  return { files: [...files, ...population([folder])], survey, dataFile };
}

function inDirectory(directory: string, wanted: Wanted): FoundFiles {
  const folders = surveyFolders(directory);
  const survey = wanted.survey ?? chooseSurvey(directory, [...folders.keys()]);
  const folder = folders.get(survey);
  if (folder === undefined) {
    const others = folders.size === 0 ? "" : `, only for ${namesOf([...folders.keys()])}`;
    throw new Error(`"${directory}" has no data file for the survey ${survey}${others}.`);
  }
  const files = filesOf(folder, survey, wanted.file);
  const dataFile = chooseDataFile(directory, survey, files, wanted.file);
  return { files: [...files, ...population([directory, folder])], survey, dataFile };
}

/** The surveys that a directory has data files for, each with its folder. */
function surveyFolders(directory: string): Map<string, string> {
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
  throw new Error(`"${directory}" has the surveys ${namesOf(surveys)}; choose one with --survey.`);
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
    throw new Error(`"${directory}" has no data file ${wanted}; it has ${namesOf(names)}.`);
  }
  const [only, ...others] = names;
  if (names.includes(usual) || only === undefined) return usual;
  if (others.length === 0) return only;
  throw new Error(
    `"${directory}" has several data files of the survey ${survey}: ${namesOf(names)}. Choose one with --file.`,
  );
}

/** The survey's files in a folder, sorted by name; if a file is there with and without `.txt`, the one without. */
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

function population(given: readonly string[]): FileOnDisk[] {
  const folders = given.flatMap((folder) => [folder, ...rootAbove(folder)]);
  const file = folders
    .flatMap((folder) => POPULATION_FILES.map((name) => path.join(folder, name)))
    .find((candidate) => existsSync(candidate));
  return file === undefined ? [] : [onDisk(POPULATION_KEY, file)];
}

/** The root of an upstream's directory or a bucket's copy, if the folder is a survey's in one. */
function rootAbove(folder: string): string[] {
  const parent = path.dirname(path.resolve(folder));
  return SURVEY_FOLDERS.filter((surveys) => parent.endsWith(path.sep + surveys)).map((surveys) =>
    parent.slice(0, -surveys.length - 1),
  );
}

/**
 * The name that BLS gives a file: `pr.txt` stays, `pr.series.txt` and `pr.series (1)` are `pr.series` as browsers save
 * it.
 */
function blsName(name: string): string {
  return name.replace(/^([a-z]{2}\..+?)( \(\d+\))?(\.txt)?( \(\d+\))?$/i, "$1");
}

/** A file, with the key that the pipeline would give it. */
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

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
