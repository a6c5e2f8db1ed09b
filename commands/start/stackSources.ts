import path from "node:path";
import { readProject } from "@data-quest/local-pulumi/program/projectConfig";
import { diskFolder, type ServedFolder, SURVEYS } from "@data-quest/local-sources/servedFolder";
import { printable } from "../../analytics/errors";
import { surveyOf } from "../../functions/shared/keys";
import { settingsFields } from "../../infra/settingsFields";
import { SourcesError } from "./openSources";

/** A stack of a project, and the settings that a run gives it. */
export interface Stack {
  /** Folder of its `Pulumi.yaml`. */
  project: string;
  name: string;
  /** They override those in the stack's file. */
  settings: Record<string, string>;
}

/** How many names of files or folders a message shows, so that it stays on one line. */
const SHOWN = 5;

/**
 * Checks that an upstream's directory has what a stack reads: the folders of its surveys, and its data file. Invalid
 * settings are left to the program, which reports them all.
 *
 * @throws UpstreamError telling what the directory has, what the stack reads, and what to do; ProjectError.
 */
export async function checkSources(directory: string, stack: Stack): Promise<void> {
  const sources = await readSources(stack);
  if (sources === undefined) return;
  const { surveys, dataFile } = sources;
  const source = diskFolder(directory);
  const folders = await names(source, SURVEYS, true);
  const lacking = surveys.filter((survey) => !folders.includes(survey));
  const wrong = (what: string, settings: string) =>
    new SourcesError(
      `The upstream '${path.resolve(directory)}' ${what}: set ${settings} in Pulumi.${stack.name}.yaml, ` +
        "or give another directory.",
    );
  if (lacking.length > 0) {
    throw wrong(
      `holds the ${folders.length === 1 ? "survey" : "surveys"} ${list(folders)}, ` +
        `but the stack '${stack.name}' reads ${list(lacking)}`,
      "surveys and dataFile",
    );
  }
  const files = await names(source, `${SURVEYS}/${surveyOf(dataFile)}`, false);
  if (files.includes(dataFile)) return;
  const others = list(files.filter((name) => name.includes(".data.")));
  throw wrong(
    `has ${others === "" ? "no data file" : others} where the stack '${stack.name}' reads ${dataFile}`,
    "dataFile",
  );
}

/** What the stack reads of an upstream; undefined where its settings do not say so. */
async function readSources({ project, name, settings }: Stack) {
  const { name: namespace, config } = await readProject(project, name, settings);
  const surveys = settingsFields.surveys.safeParse(config[`${namespace}:surveys`]);
  const dataFile = settingsFields.dataFile.safeParse(config[`${namespace}:dataFile`]);
  if (!surveys.success || !dataFile.success) return undefined;
  // Otherwise the two contradict each other, which the program reports.
  return surveys.data.includes(surveyOf(dataFile.data))
    ? { surveys: surveys.data, dataFile: dataFile.data }
    : undefined;
}

/** Names of a folder's sub-folders or files, sorted. */
async function names(source: ServedFolder, folder: string, ofFolders: boolean): Promise<string[]> {
  const entries = (await source.list(folder.split("/"))) ?? [];
  return entries
    .filter(({ size }) => (size === null) === ofFolders)
    .map(({ name }) => name)
    .sort();
}

function list(found: readonly string[]): string {
  const rest = found.length - SHOWN;
  return [...found.slice(0, SHOWN).map(printable), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}
