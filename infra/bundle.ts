import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, buildSync } from "esbuild";

const PROJECT = path.resolve(__dirname, "..");
const SHIMS = path.join(PROJECT, "infra", "shims");

/**
 * Bundles a handler for AWS Lambda's Node 24 into one CommonJS file that needs no `node_modules`. The same sources
 * give the same bytes on every run, from any folder, so that Pulumi sees a change only where there is one.
 *
 * @param entry TypeScript file, relative to the project or absolute.
 * @param outfile where to write, likewise; its folder is created.
 * @throws Error by esbuild, naming file and line, when the entry does not build.
 */
export function bundle(entry: string, outfile: string): void {
  build({
    absWorkingDir: PROJECT,
    entryPoints: [path.resolve(PROJECT, entry)],
    outfile: path.resolve(PROJECT, outfile),
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // ES modules first: esbuild can leave out what is not used of them.
    mainFields: ["module", "main"],
    // Of the SDK only a function's own credentials. Of danfo.js only its DataFrames, without what it would bring along
    // for reading files, tensors, drawing and printing, and for five functions: 4 MB and 1 s of cold start.
    external: ["plotly.js-dist-min"],
    alias: {
      "@aws-sdk/credential-provider-node": path.join(SHIMS, "credentials.ts"),
      "danfojs-node": "danfojs-node/dist/danfojs-base/index.js",
      "@tensorflow/tfjs-node": path.join(SHIMS, "tensors.ts"),
      mathjs: path.join(SHIMS, "mathjs.ts"),
      table: path.join(SHIMS, "absent.ts"),
    },
    legalComments: "none",
    logLevel: "silent",
  });
}

/** Browsers of spring 2024 and later: the first that all have CSS `light-dark()`. */
const BROWSERS = ["chrome123", "edge123", "firefox120", "safari17.5"];

/**
 * Bundles the page's script and style, `page.ts` and `page.css`, for browsers; likewise the same bytes on every run.
 *
 * @param folder where the two are, relative to the project or absolute.
 * @param outdir where `page.js` and `page.css` are written, likewise.
 * @throws Error by esbuild, naming file and line, when one does not build.
 */
export function bundlePage(folder: string, outdir: string): void {
  build({
    absWorkingDir: PROJECT,
    entryPoints: ["page.ts", "page.css"].map((file) => path.resolve(PROJECT, folder, file)),
    outdir: path.resolve(PROJECT, outdir),
    bundle: true,
    minify: true,
    platform: "browser",
    target: BROWSERS,
    format: "esm",
    legalComments: "none",
    logLevel: "silent",
  });
}

/** Each file appears as a whole: another process that builds the same one never reads half of it. */
function build(options: BuildOptions): void {
  for (const { path: file, contents } of buildSync({ ...options, write: false }).outputFiles) {
    const written = `${file}.${process.pid}.tmp`;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(written, contents);
    renameSync(written, file);
  }
}
