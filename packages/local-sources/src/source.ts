import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** Where the BLS surveys lie, below an upstream's address and in an upstream's directory alike. */
export const SURVEYS = "pub/time.series";
/** Where an upstream's directory keeps the population: DataUSA's whole answer. */
export const POPULATION_FILE = "population.json";

/** A file that an upstream serves. */
export interface SourceFile {
  /** Upstream's date of it; listings show it to the minute. */
  modified: Date;
  /** Bytes. */
  size: number;
  /** The bytes, or what makes them: read anew for each request and never held as a whole. */
  content: Uint8Array | (() => Iterable<Uint8Array> | AsyncIterable<Uint8Array>);
}

/**
 * Files by their path with `/`, in the shape of an upstream's directory: `pub/time.series/<survey>/<file>` and
 * `population.json`. Served as it is at each request, so a test may change it meanwhile.
 */
export type SourceFiles = Map<string, SourceFile>;

/** A file or sub-folder as a listing shows it. */
export interface Entry {
  name: string;
  modified: Date;
  /** Bytes; `null` for a folder. */
  size: number | null;
}

/** Where a served upstream's bytes come from. Paths are lists of names, none of them empty, `.` or `..`. */
export interface SourceFolder {
  /** What a folder holds, in no order; `undefined` if it is no folder. */
  list(folder: readonly string[]): Promise<Entry[] | undefined>;
  /** The file; `undefined` if there is none. */
  open(file: readonly string[]): Promise<SourceFile | undefined>;
}

/** A file with the given text or bytes. */
export function sourceFile(content: string | Uint8Array, modified: Date): SourceFile {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { modified, size: bytes.length, content: bytes };
}

/** Serves a map, whose changes are seen at once. */
export function inMemory(files: SourceFiles): SourceFolder {
  return {
    async open(names) {
      return files.get(names.join("/"));
    },
    async list(folder) {
      const prefix = [...folder, ""].join("/");
      const found = new Map<string, Entry>();
      for (const [key, { modified, size }] of files) {
        if (!key.startsWith(prefix)) continue;
        const [name = "", ...rest] = key.slice(prefix.length).split("/");
        const before = found.get(name);
        const newest = before !== undefined && before.modified > modified ? before.modified : modified;
        found.set(name, { name, modified: newest, size: rest.length > 0 ? null : size });
      }
      return found.size > 0 ? [...found.values()] : undefined;
    },
  };
}

/**
 * Serves a directory as it is at each request; a file's date is when it was last written. Hidden files are left
 * out, and so is whatever a symbolic link finds outside the directory.
 */
export function inDirectory(directory: string): SourceFolder {
  /** The real path and what is there; `undefined` if nothing is, or nothing that may be served. */
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
      // No more bytes than announced, even if the file grows meanwhile.
      const content = () => (size === 0 ? [] : createReadStream(found.path, { end: size - 1 }));
      return { modified: mtime, size, content };
    },
    async list(folder) {
      const found = await find(folder);
      if (!found?.status.isDirectory()) return undefined;
      const names = await readdir(found.path);
      const entries = await Promise.all(
        names.map(async (name): Promise<Entry[]> => {
          const status = (await find([...folder, name]))?.status;
          if (!status?.isFile() && !status?.isDirectory()) return [];
          return [{ name, modified: status.mtime, size: status.isFile() ? status.size : null }];
        }),
      );
      return entries.flat();
    },
  };
}

/** Nothing that leads elsewhere on any operating system, and no hidden file such as an editor's. */
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
