/**
 * Loads Pulumi's SDK, but skips work that is unnecessary for runs in this process. Import this file before
 * anything that imports `@pulumi/pulumi`. The program's resources stay the same: the tests compare the results with the SDK's own.
 */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { asset, runtime } from "@pulumi/pulumi";

loadWhenUsed("@npmcli/arborist", ["Arborist"]);
skipExcludedPackages();
skipPromiseStacks();

/** Delays loading one of the SDK's modules until one of these exports is read: most runs never read one. */
function loadWhenUsed(name: string, exported: readonly string[]): void {
  const file = require.resolve(name, { paths: [require.resolve("@pulumi/pulumi")] });
  if (require.cache[file] !== undefined) return;
  const standIn = new (module.constructor as typeof import("node:module"))(file, module);
  // TypeScript's compiled imports use a module with this mark as it is; of any other module they copy all exports.
  standIn.exports = { __esModule: true };
  for (const key of exported) {
    Object.defineProperty(standIn.exports, key, {
      enumerable: true,
      get() {
        if (require.cache[file] === standIn) delete require.cache[file];
        return require(file)[key];
      },
    });
  }
  standIn.loaded = true;
  require.cache[file] = standIn;
}

/**
 * For each function, the SDK reads all of `node_modules` to find the function's packages. If the program excludes every
 * dependency and includes files, as ours does, the result is just the included files.
 */
function skipExcludedPackages(): void {
  const { runtime, asset } = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
  const writable = runtime as { computeCodePaths: typeof runtime.computeCodePaths };
  const computeAll = runtime.computeCodePaths as (options: runtime.CodePathOptions) => CodePaths;
  writable.computeCodePaths = (async (options: runtime.CodePathOptions = {}) => {
    if (!includesOnlyFiles(options)) return computeAll(options);
    const files = (options.extraIncludePaths ?? []).map((file) => path.posix.normalize(file));
    return new Map(files.map((file) => [file, new asset.FileAsset(file)]));
  }) as typeof runtime.computeCodePaths;
}

type CodePaths = Promise<Map<string, asset.Asset | asset.Archive>>;

function includesOnlyFiles({
  extraIncludePaths = [],
  extraIncludePackages = [],
  extraExcludePackages = [],
}: runtime.CodePathOptions): boolean {
  const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8")) as {
    dependencies?: Record<string, string>;
  };
  return (
    extraIncludePackages.length === 0 &&
    Object.keys(dependencies).every((name) => extraExcludePackages.includes(name)) &&
    extraIncludePaths.every((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
  );
}

/**
 * The SDK records a stack trace for each of its thousands of promises, to explain those that never resolve. That takes a
 * third of a second, and `runProgram` detects a stuck program in another way.
 */
function skipPromiseStacks(): void {
  const debuggable = require("@pulumi/pulumi/runtime/debuggable") as {
    debuggablePromise<T>(promise: Promise<T>, context: unknown): Promise<T>;
  };
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}
