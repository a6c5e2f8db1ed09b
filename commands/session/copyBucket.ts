import { access, constants, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type BucketReader, listKeys, readObject } from "./session";

/**
 * Creates the directory that the bucket will be copied to.
 *
 * @throws Error in one sentence if it is not a writable directory.
 */
export async function prepareCopy(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (cause) {
    const root = path.resolve(directory);
    throw new Error(`The bucket cannot be copied to ${root}: give --out a writable directory.`, { cause });
  }
}

/**
 * Copies the data bucket into a directory: one file per object, at the path that its key names.
 *
 * @returns the number of files written.
 * @throws Error if a key leads out of the directory; that object is not written.
 */
export async function copyBucket(session: BucketReader, directory: string): Promise<number> {
  const root = path.resolve(directory);
  const keys = await listKeys(session, "");
  for (const key of keys) {
    const file = path.resolve(root, key);
    if (!file.startsWith(root + path.sep))
      throw new Error(`The key '${key}' would be written outside of ${root}.`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await readObject(session, key));
  }
  return keys.length;
}
