import path from "node:path";
import { buildSync } from "esbuild";

const PROJECT = path.resolve(__dirname, "..");
const SHIMS = path.join(PROJECT, "infra", "shims");
const ABSENT = path.join(SHIMS, "absent.ts");

/**
 * Bundles a handler for AWS Lambda's Node 24 into one CommonJS file that needs no `node_modules`. The same sources
 * give the same bytes on every run, from any folder, so that Pulumi sees a change only where there is one.
 *
 * @param entry TypeScript file, relative to the project or absolute.
 * @param outfile where to write, likewise; its folder is created.
 * @throws Error by esbuild, naming file and line, when the entry does not build.
 */
export function bundle(entry: string, outfile: string): void {
  buildSync({
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
    // What danfo.js would bring along for drawing, Excel, the network and five functions: 3 MB and 1 s of cold start.
    external: ["plotly.js-dist-min"],
    alias: {
      mathjs: path.join(SHIMS, "mathjs.ts"),
      "node-fetch": ABSENT,
      request: ABSENT,
      xlsx: ABSENT,
    },
    legalComments: "none",
    logLevel: "silent",
  });
}
