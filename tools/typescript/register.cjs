"use strict";

/**
 * Lets Node load this project's TypeScript: `node -r ./tools/typescript/register.cjs FILE.ts`.
 *
 * Each file is transpiled once, as ts-node does for Pulumi's language host, and cached under `dist/cache/` with a
 * hash of everything that the result depends on, so that an edit takes effect at once. Node caches V8's compiled code
 * there too. `npm run types` checks the types. Stack traces point into the TypeScript sources.
 */
require("./requireNode.cjs");
const { createHash, randomUUID } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const PROJECT = path.join(__dirname, "..", "..");
const CACHE = path.join(PROJECT, "dist", "cache");
const CONFIG = path.join(PROJECT, "tsconfig.json");

/** V8's compiled code is cached by path, so programs in temporary folders would make the cache grow without limit. */
const MOST_COMPILED = 5000;

Module.enableCompileCache(path.join(CACHE, "v8"));
process.setSourceMapsEnabled(true);

/** What every result depends on besides the file's text: the compiler, its settings, and this script. */
const common = [CONFIG, require.resolve("typescript/package.json"), __filename]
  .map((file) => fs.readFileSync(file, "utf8"))
  .join("\0");

require.extensions[".ts"] = (module, file) => module._compile(toJavaScript(file), file);

/** JavaScript of programs outside the project, by the hash of the source. */
const elsewhere = new Map();

/** Returns a TypeScript file as JavaScript, from the cache if its text is the same. */
function toJavaScript(file) {
  const source = fs.readFileSync(file, "utf8");
  const relative = path.relative(PROJECT, file);
  const hash = createHash("sha256")
    .update(`${common}\0${path.basename(file)}\0${source}`)
    .digest("hex");
  // The cache on disk is only for the project. Programs elsewhere, such as a test's copy, are cached in memory.
  if (relative.startsWith("..") || path.isAbsolute(relative)) {
    const javascript = elsewhere.get(hash) ?? transpile(source, file);
    elsewhere.set(hash, javascript);
    return javascript;
  }
  // At the end, so that it does not shift the lines of the source map.
  const lastLine = `\n// ${hash}\n`;
  const cached = path.join(CACHE, "typescript", `${relative}.js`);
  const before = readIfThere(cached);
  if (before?.endsWith(lastLine)) return before;
  const javascript = transpile(source, file) + lastLine;
  replace(cached, javascript);
  return javascript;
}

let pruned = false;

/** Deletes V8's compiled code if there is too much of it; later processes compile again. */
function prune() {
  if (pruned) return;
  pruned = true;
  const folder = Module.getCompileCacheDir();
  if (folder === undefined) return;
  try {
    if (fs.readdirSync(folder).length <= MOST_COMPILED) return;
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
  } catch {
    // Another process is pruning or writing: the next run tries again.
  }
}

let compilerOptions;

/** Reads the project's compiler settings. */
function readCompilerOptions(typescript) {
  const { config } = typescript.readConfigFile(CONFIG, typescript.sys.readFile);
  const { options } = typescript.convertCompilerOptionsFromJson(config.compilerOptions, PROJECT);
  return { ...options, noEmit: false, inlineSourceMap: true };
}

function transpile(source, file) {
  prune();
  const typescript = require("typescript");
  compilerOptions ??= readCompilerOptions(typescript);
  const { outputText, diagnostics } = typescript.transpileModule(source, {
    fileName: file,
    compilerOptions,
    reportDiagnostics: true,
  });
  if (diagnostics.length > 0) {
    throw new SyntaxError(
      typescript.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => process.cwd(),
        getNewLine: () => "\n",
      }),
    );
  }
  return outputText;
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a temporary file and renames it, so that another process never sees half a file. */
function replace(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const written = `${file}.${randomUUID()}`;
  fs.writeFileSync(written, text);
  fs.renameSync(written, file);
}
