import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { BuildOptions } from "esbuild";

/** The output files of a build: text by name. */
type Built = Record<string, string>;

/** A cached build, with hashes of everything it depends on. */
interface Kept {
  /** Hash of the options and the installed packages. */
  environment: string;
  /** SHA-256 of each of the project's source files, by path in the project. */
  sources: Record<string, string>;
  built: Built;
}

/**
 * Builds with esbuild, or returns the files of an earlier build with the same options, source files and installed
 * packages. Builds are cached below the project's `dist/cache/`. Two processes may run the same build at the same time.
 *
 * @param name Identifies the build among the project's builds.
 * @throws esbuild's Error, naming file and line, if the build fails.
 */
export function buildOnce(name: string, project: string, options: BuildOptions): Built {
  const file = path.join(project, "dist", "cache", "bundles", `${name}.json`);
  const environment = hashEnvironment(project, options);
  const kept = environment === undefined ? undefined : readKept<Kept>(file);
  if (kept !== undefined && kept.environment === environment && isCurrent(kept, project)) return kept.built;

  // Loaded only when used: most runs find a cached build.
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const started = Date.now();
  const { outputFiles, metafile } = buildSync({
    ...options,
    absWorkingDir: project,
    write: false,
    metafile: true,
  });
  const built = Object.fromEntries(outputFiles.map((output) => [path.basename(output.path), output.text]));
  if (environment !== undefined) {
    const own = Object.keys(metafile.inputs).filter((input) => !/(^|\/)node_modules\/|:/.test(input));
    const sources = Object.fromEntries(
      own.map((input) => [input, hash(readFileSync(path.join(project, input)))]),
    );
    // If a source was edited during the build, its hash may not match the text that was built.
    const isEdited = own.some((input) => statSync(path.join(project, input)).mtimeMs >= started);
    if (!isEdited) replaceFile(file, JSON.stringify({ environment, sources, built } satisfies Kept));
  }
  return built;
}

/** Writes a temporary file and renames it, so readers never see half a file. Creates the folder. */
export function replaceFile(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const written = `${file}.${randomUUID()}`;
  writeFileSync(written, text);
  renameSync(written, file);
}

/** Hash of the options and the installed packages. Undefined if npm left no record of those; nothing is cached then. */
function hashEnvironment(project: string, options: BuildOptions): string | undefined {
  const installed = readIfThere(path.join(project, "node_modules", ".package-lock.json"));
  if (installed === undefined) return undefined;
  const settings = ["package.json", "tsconfig.json", "site/tsconfig.json"].map((name) =>
    readIfThere(path.join(project, name)),
  );
  // Without the project's path: a copy of the project gives the same build.
  return hash(
    JSON.stringify([installed, settings, options]).replaceAll(JSON.stringify(project).slice(1, -1), "."),
  );
}

/** The value that an earlier run cached in a JSON file; undefined if the file is missing or damaged. */
export function readKept<T>(file: string): T | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return (JSON.parse(text) as T | null) ?? undefined;
  } catch {
    // The caller then rebuilds it and replaces the file.
    return undefined;
  }
}

function isCurrent({ sources }: Kept, project: string): boolean {
  return Object.entries(sources).every(([source, before]) => {
    const text = readIfThere(path.join(project, source));
    return text !== undefined && hash(text) === before;
  });
}

/** A file's text; undefined if the file does not exist. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** SHA-256, in hexadecimal. */
export function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
