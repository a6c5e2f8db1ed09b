import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** The path of the BLS surveys, both below a source's address and in a source directory. */
export const SURVEYS = "pub/time.series";
/** The file of a source directory that holds the population: DataUSA's whole answer. */
export const POPULATION_FILE = "population.json";

/** A file that a source server serves. */
export interface ServedFile {
  /** The source's date for it; listings show it to the minute. */
  modified: Date;
  /** Bytes. */
  size: number;
  /** The bytes, or a function that generates them: called for each request, and never held in memory as a whole. */
  content: Uint8Array | (() => Iterable<Uint8Array> | AsyncIterable<Uint8Array>);
}

/**
 * Files by path, laid out as a source directory: `pub/time.series/<survey>/<file>` and
 * `population.json`. Each request sees the current content, so a test may change the map at any time.
 */
export type ServedFiles = Map<string, ServedFile>;

/** A file or subfolder as a listing shows it. */
export interface FolderEntry {
  name: string;
  modified: Date;
  /** Bytes; `null` for a folder. */
  size: number | null;
}

/** The content that a source server serves. Paths are lists of names; no name is empty, `.` or `..`. */
export interface ServedFolder {
  /** The content of a folder, in no particular order; `undefined` if the path is not a folder. */
  list(folder: readonly string[]): Promise<FolderEntry[] | undefined>;
  /** The file; `undefined` if it does not exist. */
  open(file: readonly string[]): Promise<ServedFile | undefined>;
}

/** A file with the given text or bytes. */
export function servedFile(content: string | Uint8Array, modified: Date): ServedFile {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { modified, size: bytes.length, content: bytes };
}

/** Serves a map; changes to the map show at once. */
export function memoryFolder(files: ServedFiles): ServedFolder {
  return {
    async open(names) {
      return files.get(names.join("/"));
    },
    async list(folder) {
      const prefix = [...folder, ""].join("/");
      const entries = new Map<string, FolderEntry>();
      for (const [key, { modified, size }] of files) {
        if (!key.startsWith(prefix)) continue;
        const [name = "", ...rest] = key.slice(prefix.length).split("/");
        const previous = entries.get(name);
        const newest = previous !== undefined && previous.modified > modified ? previous.modified : modified;
        entries.set(name, { name, modified: newest, size: rest.length > 0 ? null : size });
      }
      return entries.size > 0 ? [...entries.values()] : undefined;
    },
  };
}

/**
 * Serves a directory on this machine, read again for each request; a file's date is its modification time. Hidden files
 * are left out, and so is everything that a symbolic link reaches outside the directory.
 */
export function diskFolder(directory: string): ServedFolder {
  /** The real path and its status; `undefined` if nothing is there, or nothing that may be served. */
  async function find(names: readonly string[]) {
    if (!names.every(isServable)) return undefined;
    try {
      const [root, found] = await Promise.all([
        realpath(directory),
        realpath(path.join(directory, ...names)),
      ]);
      if (!isWithin(root, found)) return undefined;
      return { path: found, status: await stat(found) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  return {
    async open(names) {
      const found = await find(names);
      if (!found?.status.isFile()) return undefined;
      const { mtime, size } = found.status;
      // No more bytes than announced, even if the file grows in the meantime.
      const content = () => (size === 0 ? [] : createReadStream(found.path, { end: size - 1 }));
      return { modified: mtime, size, content };
    },
    async list(folder) {
      const found = await find(folder);
      if (!found?.status.isDirectory()) return undefined;
      const names = await readdir(found.path);
      const entries = await Promise.all(
        names.map(async (name): Promise<FolderEntry[]> => {
          const status = (await find([...folder, name]))?.status;
          if (!status?.isFile() && !status?.isDirectory()) return [];
          return [{ name, modified: status.mtime, size: status.isFile() ? status.size : null }];
        }),
      );
      return entries.flat();
    },
  };
}

/** Refuses names that lead elsewhere on any operating system, and hidden files such as an editor's. */
function isServable(name: string): boolean {
  return name !== "" && !name.startsWith(".") && !/[/\\:\0]/.test(name);
}

function isWithin(root: string, found: string): boolean {
  const [first] = path.relative(root, found).split(path.sep);
  return first !== ".." && !path.isAbsolute(path.relative(root, found));
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
}
