import path from "node:path";
import type { BuildOptions } from "esbuild";
import { buildOnce, replaceFile } from "./bundleCache";

const PROJECT = path.resolve(__dirname, "..");
const SHIMS = path.join(PROJECT, "infra", "shims");
/** Folder of the commands' bundles; the paths in their source maps are relative to it. */
const COMMANDS = path.join(PROJECT, "dist", "commands");

/** One CommonJS file for Node 24 that works without `node_modules`. */
const NODE = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  // ES modules first: esbuild can drop their unused parts.
  mainFields: ["module", "main"],
  // Keeps only the credential provider that a function needs, and only danfo.js's DataFrames: danfo's packages for files,
  // tensors, plots, printing and five numeric functions add 4 MB to a bundle and 1 s to a cold start.
  external: ["plotly.js-dist-min"],
  alias: {
    "@aws-sdk/credential-provider-node": path.join(SHIMS, "credentials.ts"),
    "danfojs-node": "danfojs-node/dist/danfojs-base/index.js",
    "@tensorflow/tfjs-node": path.join(SHIMS, "tensors.ts"),
    mathjs: path.join(SHIMS, "mathjs.ts"),
    table: path.join(SHIMS, "absent.ts"),
  },
  outdir: COMMANDS,
  legalComments: "none",
  logLevel: "silent",
} satisfies BuildOptions;

/**
 * Bundles a handler for AWS Lambda's Node 24 into one CommonJS file that works without `node_modules`. The same sources
 * give the same bytes on every run, from any folder, so Pulumi sees a change only if there is one.
 *
 * @param entry TypeScript file, relative to the project or absolute.
 * @param outfile File to write, relative to the project or absolute; its folder is created.
 * @throws esbuild's Error, naming file and line, if the build fails.
 */
export function bundle(entry: string, outfile: string): void {
  const entryPoints = [path.resolve(PROJECT, entry)];
  const built = buildOnce(nameOf(entry), PROJECT, { ...NODE, entryPoints, minify: true });
  for (const text of Object.values(built)) replaceFile(path.resolve(PROJECT, outfile), text);
}

/**
 * Bundles a module in the same way for a command on this machine and returns the bundle's path. A bundle loads many
 * times faster than its separate modules. It has a source map and is not minified, so stack traces point to the
 * sources.
 *
 * @param entry TypeScript file, relative to the project.
 */
export function bundleCommand(entry: string): string {
  const entryPoints = [path.resolve(PROJECT, entry)];
  const sourceMaps = { sourcemap: "linked", sourcesContent: false } as const;
  const built = buildOnce(nameOf(entry), PROJECT, { ...NODE, ...sourceMaps, entryPoints });
  for (const [name, text] of Object.entries(built)) replaceFile(path.join(COMMANDS, name), text);
  return path.join(COMMANDS, `${path.basename(entry, ".ts")}.js`);
}

/** Browsers of spring 2024, the first versions that all support CSS `light-dark()`. */
const BROWSERS = ["chrome123", "edge123", "firefox120", "safari17.5"];

/**
 * Bundles the page's script and style, `page.ts` and `page.css`, for browsers; the bytes are the same on every run.
 *
 * @param folder Folder with both files, relative to the project or absolute.
 * @param outdir Folder to write `page.js` and `page.css` to, relative to the project or absolute.
 * @throws esbuild's Error, naming file and line, if the build fails.
 */
export function bundlePage(folder: string, outdir: string): void {
  const built = buildOnce(nameOf(folder), PROJECT, {
    entryPoints: ["page.ts", "page.css"].map((file) => path.resolve(PROJECT, folder, file)),
    outdir: path.join(PROJECT, "dist", "site"),
    bundle: true,
    minify: true,
    platform: "browser",
    target: BROWSERS,
    format: "esm",
    legalComments: "none",
    logLevel: "silent",
  });
  for (const [name, text] of Object.entries(built)) replaceFile(path.resolve(PROJECT, outdir, name), text);
}

/** A build's name in the cache: its entry's path in the project. */
function nameOf(entry: string): string {
  return path.relative(PROJECT, path.resolve(PROJECT, entry)).replaceAll(/[^\w.]+/g, "-");
}
