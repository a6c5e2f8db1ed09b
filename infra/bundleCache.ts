import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { BuildOptions } from "esbuild";

/** What a build gave: the text of each file by its name. */
export type Built = Record<string, string>;

/** A build that was kept, with everything that it depends on. */
interface Kept {
  /** Hash of the options and of what is installed. */
  environment: string;
  /** SHA-256 of each source file of the project, by its path in it. */
  sources: Record<string, string>;
  built: Built;
}

/**
 * Builds with esbuild, or returns what an earlier build gave if its options, its source files and what is installed are
 * the same. Builds are kept below `dist/cache/` of the working folder of the build; another process that builds the
 * same meanwhile does no harm.
 *
 * @param name tells this build from others.
 * @throws Error by esbuild, naming file and line, when it does not build.
 */
export function buildOnce(name: string, project: string, options: BuildOptions): Built {
  const file = path.join(project, "dist", "cache", "bundles", `${name}.json`);
  const environment = hashEnvironment(project, options);
  const kept = environment === undefined ? undefined : readKept(file);
  if (kept !== undefined && kept.environment === environment && isCurrent(kept, project)) return kept.built;

  // Loaded only when used: most runs find what they need.
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
    // A source that was edited during the build may not be what was built.
    const isEdited = own.some((input) => statSync(path.join(project, input)).mtimeMs >= started);
    if (!isEdited) replaceFile(file, JSON.stringify({ environment, sources, built } satisfies Kept));
  }
  return built;
}

/** Writes a temporary file and renames it, so that no reader sees half a file. Creates the folder. */
export function replaceFile(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const written = `${file}.${randomUUID()}`;
  writeFileSync(written, text);
  renameSync(written, file);
}

/** Undefined where npm has not recorded what it installed: then nothing can be known to be the same. */
function hashEnvironment(project: string, options: BuildOptions): string | undefined {
  const installed = readIfThere(path.join(project, "node_modules", ".package-lock.json"));
  if (installed === undefined) return undefined;
  const settings = ["package.json", "tsconfig.json", "site/tsconfig.json"].map((name) =>
    readIfThere(path.join(project, name)),
  );
  // Without the project's own path: in a copy of it, or after it was moved, the same is built.
  return hash(
    JSON.stringify([installed, settings, options]).replaceAll(JSON.stringify(project).slice(1, -1), "."),
  );
}

function readKept(file: string): Kept | undefined {
  const text = readIfThere(file);
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

function isCurrent({ sources }: Kept, project: string): boolean {
  return Object.entries(sources).every(([source, before]) => {
    const text = readIfThere(path.join(project, source));
    return text !== undefined && hash(text) === before;
  });
}

/** A file's text; undefined if there is no such file. */
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
