import path from "node:path";
import "./pulumiSdk";
import type { Properties } from "../provider/resourceType";
import type { Project } from "./projectConfig";

/** Project folders that run the program but are not part of it: their modules are not reloaded. */
const NOT_THE_PROGRAM = new Set(["commands", "node_modules", "packages", "test", "tools"]);

/**
 * Loads a Pulumi program as Pulumi's language host does: the outputs are its exports, or the result of the function that
 * it exports. The project's modules are loaded again each time.
 */
export async function loadProgram({
  directory,
  program,
}: Pick<Project, "directory" | "program">): Promise<Properties> {
  forgetModules(directory);
  const exported: Properties | (() => Promise<Properties>) = require(program);
  return typeof exported === "function" ? exported() : exported;
}

function forgetModules(directory: string): void {
  for (const file of Object.keys(require.cache)) {
    const [first = "", ...rest] = path.relative(directory, file).split(path.sep);
    const isOutside = first === ".." || path.isAbsolute(first);
    if (isOutside || NOT_THE_PROGRAM.has(first) || rest.includes("node_modules")) continue;
    delete require.cache[file];
  }
}
