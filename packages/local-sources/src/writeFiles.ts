import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SourceFiles } from "./source";

/**
 * Writes files as an upstream's directory, each with its upstream date as the time of last writing, so that a server
 * of that directory lists them as the map's would.
 *
 * @throws Error when the directory holds something, unless `force` is set; then files of the same name are replaced
 */
export async function writeFiles(
  directory: string,
  files: SourceFiles,
  options: { force?: boolean } = {},
): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (options.force !== true && (await readdir(directory)).length > 0) {
    throw new Error(
      `'${directory}' is not empty. Name another directory, or replace what is in it with --force.`,
    );
  }
  for (const [name, { content, modified }] of files) {
    const file = path.join(directory, ...name.split("/"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content instanceof Uint8Array ? content : content());
    await utimes(file, modified, modified);
  }
}
