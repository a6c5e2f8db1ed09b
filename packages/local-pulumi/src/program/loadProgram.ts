import path from "node:path";
import "../pulumiSdk";
import type { Properties } from "../provider/resourceType";
import type { Project } from "./projectConfig";

/** Project folders that run the program but are not part of it: their modules are not reloaded. */
const NOT_THE_PROGRAM = new Set(["commands", "node_modules", "packages", "test", "tools"]);

/**
 * Loads a Pulumi program as Pulumi's language host does: the outputs are its exports, or the result of the function that
 * it exports. The program gets its own instances of the project's modules each time; code that loaded one of them before
 * keeps its instance, so that a class remains the same class there.
 */
export async function loadProgram({
  directory,
  program,
}: Pick<Project, "directory" | "program">): Promise<Properties> {
  const loadedBefore = takeModules(directory);
  try {
    const exported: Properties | (() => Promise<Properties>) = require(program);
    return typeof exported === "function" ? await exported() : exported;
  } finally {
    Object.assign(require.cache, loadedBefore);
  }
}

/** Takes the project's modules out of Node's cache, and returns them by file. */
function takeModules(directory: string): NodeJS.Dict<NodeModule> {
  const taken: NodeJS.Dict<NodeModule> = {};
  for (const file of Object.keys(require.cache)) {
    const [first = "", ...rest] = path.relative(directory, file).split(path.sep);
    const isOutside = first === ".." || path.isAbsolute(first);
    if (isOutside || NOT_THE_PROGRAM.has(first) || rest.includes("node_modules")) continue;
    taken[file] = require.cache[file];
    delete require.cache[file];
  }
  return taken;
}
