import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { BuildOptions } from "esbuild";

/** The files of a build: text by name. */
type Built = Record<string, string>;

/** A build as it is kept, with everything that it depends on. */
interface Kept {
  /** Hash of the options and of what is installed. */
  environment: string;
  /** SHA-256 of each source file of the project, by its path in it. */
  sources: Record<string, string>;
  built: Built;
}

/**
 * Builds with esbuild, or returns the files of an earlier build with the same options, source files and installed
 * packages. Builds are kept below the project's `dist/cache/`. Two processes may do the same build at the same time.
 *
 * @param name Identifies the build among the project's builds.
 * @throws esbuild's Error, naming file and line, if the build fails.
 */
export function buildOnce(name: string, project: string, options: BuildOptions): Built {
  const file = path.join(project, "dist", "cache", "bundles", `${name}.json`);
  const environment = hashEnvironment(project, options);
  const kept = environment === undefined ? undefined : readKept<Kept>(file);
  if (kept !== undefined && kept.environment === environment && isCurrent(kept, project)) return kept.built;

  // Loaded only when used: most runs find a kept build.
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
    // If a source was edited during the build, its hash may not be that of the text that was built.
    const isEdited = own.some((input) => statSync(path.join(project, input)).mtimeMs >= started);
    if (!isEdited) replaceFile(file, JSON.stringify({ environment, sources, built } satisfies Kept));
  }
  return built;
}

/** Writes a temporary file and renames it, so that readers never see half a file. Creates the folder. */
export function replaceFile(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const written = `${file}.${randomUUID()}`;
  writeFileSync(written, text);
  renameSync(written, file);
}

/** Hash of the options and of what is installed. Undefined, so that nothing is kept, if npm left no record of that. */
function hashEnvironment(project: string, options: BuildOptions): string | undefined {
  const installed = readIfThere(path.join(project, "node_modules", ".package-lock.json"));
  if (installed === undefined) return undefined;
  const settings = ["package.json", "tsconfig.json", "site/tsconfig.json"].map((name) =>
    readIfThere(path.join(project, name)),
  );
  // The project's path is left out: a copy of the project builds the same.
  return hash(
    JSON.stringify([installed, settings, options]).replaceAll(JSON.stringify(project).slice(1, -1), "."),
  );
}

/** What an earlier run kept in a JSON file; undefined if there is no such file, or if it is damaged. */
export function readKept<T>(file: string): T | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return (JSON.parse(text) as T | null) ?? undefined;
  } catch {
    // The caller makes it again, which replaces the file.
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
