/**
 * Loads Pulumi's SDK without the work that runs in this process do not need. To be imported before anything that imports
 * `@pulumi/pulumi`. What a program declares stays the same: the tests compare it with what the SDK does by itself.
 */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { asset, runtime } from "@pulumi/pulumi";

loadWhenUsed("@npmcli/arborist", ["Arborist"]);
skipExcludedPackages();
skipPromiseStacks();

/** Puts off loading a module of the SDK's until one of these exports is read: most runs never read one. */
function loadWhenUsed(name: string, exported: readonly string[]): void {
  const file = require.resolve(name, { paths: [require.resolve("@pulumi/pulumi")] });
  if (require.cache[file] !== undefined) return;
  const standIn = new (module.constructor as typeof import("node:module"))(file, module);
  // Modules compiled by TypeScript take one with this mark as it is, and copy the exports of every other.
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
 * To find a function's packages, the SDK reads all of `node_modules`, for each function anew. Where the program excludes
 * every dependency and includes files, as ours does, the result is these files.
 */
function skipExcludedPackages(): void {
  const { runtime, asset } = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
  const writable = runtime as { computeCodePaths: typeof runtime.computeCodePaths };
  const computeAll = runtime.computeCodePaths as (options: runtime.CodePathOptions) => CodePaths;
  writable.computeCodePaths = (async (options: runtime.CodePathOptions = {}) => {
    if (!excludesAll(options)) return computeAll(options);
    const files = (options.extraIncludePaths ?? []).map((file) => path.posix.normalize(file));
    return new Map(files.map((file) => [file, new asset.FileAsset(file)]));
  }) as typeof runtime.computeCodePaths;
}

type CodePaths = Promise<Map<string, asset.Asset | asset.Archive>>;

function excludesAll({
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
 * The SDK records a stack for each of its thousands of promises, to explain those that never end; a run that waits in
 * vain is noticed here in another way, and finding the places in the sources takes a third of a second.
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
