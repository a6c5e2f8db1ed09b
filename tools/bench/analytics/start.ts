import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { writeSourceDirectory } from "@data-quest/local-sources/writeSourceDirectory";
import { bundle } from "../../../infra/bundle";
import { rotate } from "../shared/statistics";

/** Milliseconds: one sample for each run, each in a new process. */
export interface StartResult {
  /** The analyze Lambda's bundle. */
  bundleLoadMs: number[];
  /** danfo.js from `node_modules`, unbundled. */
  danfoLoadMs: number[];
  /** The whole analysis of the sample after loading, the first in its process. */
  firstMs: number[];
  /** The sixth analysis in the same process. */
  warmMs: number[];
}

const PROGRAMS = path.join(__dirname, "programs");

/** Measures what a user waits for with a small file: loading, and the analysis; the two take turns. */
export async function measureStart(runs: number, directory: string): Promise<StartResult> {
  const lambda = path.join(directory, "analyzeLambda.js");
  const analysis = path.join(directory, "analysis.js");
  bundle("functions/analyze.ts", lambda);
  bundle(path.join(PROGRAMS, "analysis.ts"), analysis);
  const upstream = path.join(directory, "upstream");
  mkdirSync(upstream);
  await writeSourceDirectory(upstream, sampleFiles());

  const result: StartResult = { bundleLoadMs: [], danfoLoadMs: [], firstMs: [], warmMs: [] };
  const load = (module: string) => run<{ loadMs: number }>(path.join(PROGRAMS, "load.cjs"), module);
  const turns = [
    async () => result.bundleLoadMs.push((await load(lambda)).loadMs),
    async () => result.danfoLoadMs.push((await load(require.resolve("danfojs-node"))).loadMs),
    async () => {
      const { firstMs, warmMs } = await run<{ firstMs: number; warmMs: number }>(analysis, upstream);
      result.firstMs.push(firstMs);
      result.warmMs.push(warmMs);
    },
  ];
  for (const turn of turns) await turn();
  for (const samples of Object.values(result)) samples.length = 0; // The first round only warms the disk's cache.
  for (let round = 0; round < runs; round++) for (const turn of rotate(turns, round)) await turn();
  return result;
}

async function run<T>(program: string, argument: string): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, argument]);
  return JSON.parse(stdout) as T;
}
