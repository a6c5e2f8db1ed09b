import path from "node:path";
import { readProject } from "@data-quest/local-pulumi/program/projectConfig";
import { diskFolder, type ServedFolder, SURVEYS } from "@data-quest/local-sources/servedFolder";
import { surveyOf } from "../../functions/shared/keys";
import { settingsFields } from "../../infra/settingsFields";
import { formatNames } from "../shared/formatNames";
import { SourcesError } from "./openSources";

/** A stack, and the settings of a run. */
export interface Stack {
  /** Folder that holds `Pulumi.yaml`. */
  project: string;
  name: string;
  /** Settings that override the stack's file. */
  settings: Record<string, string>;
}

/**
 * Checks that an upstream directory has the folders of the stack's surveys, and its data file. Skips the check if
 * settings are invalid, because the program reports all of those.
 *
 * @throws SourcesError that says what the directory has, what the stack reads and what to do; ProjectError.
 */
export async function checkSources(directory: string, stack: Stack): Promise<void> {
  const needed = await readNeeds(stack);
  if (needed === undefined) return;
  const { surveys, dataFile } = needed;
  const source = diskFolder(directory);
  const folders = await listNames(source, SURVEYS, "folders");
  const lacking = surveys.filter((survey) => !folders.includes(survey));
  const wrong = (what: string, settings: string) =>
    new SourcesError(
      `The upstream '${path.resolve(directory)}' ${what}: set ${settings} in Pulumi.${stack.name}.yaml, ` +
        "or give another directory.",
    );
  if (lacking.length > 0) {
    throw wrong(
      `holds the ${folders.length === 1 ? "survey" : "surveys"} ${formatNames(folders)}, ` +
        `but the stack '${stack.name}' reads ${formatNames(lacking)}`,
      "surveys and dataFile",
    );
  }
  const files = await listNames(source, `${SURVEYS}/${surveyOf(dataFile)}`, "files");
  if (files.includes(dataFile)) return;
  const others = formatNames(files.filter((name) => name.includes(".data.")));
  throw wrong(
    `has ${others === "" ? "no data file" : others} where the stack '${stack.name}' reads ${dataFile}`,
    "dataFile",
  );
}

/** What the stack reads from its sources; undefined if its settings are invalid. */
async function readNeeds({ project, name, settings }: Stack) {
  const { name: namespace, config } = await readProject(project, name, settings);
  const surveys = settingsFields.surveys.safeParse(config[`${namespace}:surveys`]);
  const dataFile = settingsFields.dataFile.safeParse(config[`${namespace}:dataFile`]);
  if (!surveys.success || !dataFile.success) return undefined;
  // If the two settings contradict each other, the program reports it.
  return surveys.data.includes(surveyOf(dataFile.data))
    ? { surveys: surveys.data, dataFile: dataFile.data }
    : undefined;
}

/** Names in a folder, sorted. */
async function listNames(source: ServedFolder, folder: string, kind: "folders" | "files"): Promise<string[]> {
  const entries = (await source.list(folder.split("/"))) ?? [];
  return entries
    .filter(({ size }) => (size === null) === (kind === "folders"))
    .map(({ name }) => name)
    .sort();
}
