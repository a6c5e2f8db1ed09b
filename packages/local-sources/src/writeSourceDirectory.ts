import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ServedFiles } from "./servedFolder";

/**
 * Writes files as a source directory. Each file's modification time is its date, so a server of the
 * directory lists the same as a server of the map.
 *
 * @throws Error if the directory is not empty, unless `force` is set; then files of the same name are replaced
 */
export async function writeSourceDirectory(
  directory: string,
  files: ServedFiles,
  options: { force?: boolean } = {},
): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (options.force !== true && (await readdir(directory)).length > 0) {
    throw new Error(
      `'${directory}' is not empty. Name another directory, or replace its files with --force.`,
    );
  }
  for (const [name, { content, modified }] of files) {
    const file = path.join(directory, ...name.split("/"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content instanceof Uint8Array ? content : content());
    await utimes(file, modified, modified);
  }
}
