import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { version as duckdbVersion } from "@duckdb/node-api/package.json";
import { version as danfoVersion } from "danfojs-node/package.json";
import { bundle } from "../../infra/bundle";
import { PEERS } from "./python";

const PROGRAMS = path.join(__dirname, "programs");
const SQL = path.join(PEERS, "best_years.sql");

/** A program that finds each series' best year, in a process of its own. */
export interface Subject {
  /** With its version, e.g. `Polars 2.1.0`. */
  name: string;
  /** What a reader has to know of how it is run. */
  remark: string;
  /** The largest scale that it is run at, where it could not be waited for at a larger one. */
  maxScale?: number;
  /** Whether it answers; the floor does not. */
  answers: boolean;
  /** Starts it on a data file; it writes its answer (see answer.ts) and ends. */
  start(dataFile: string, answer: string): ChildProcess;
}

export const THIS = "this";
export const FLOOR = "floor";

/**
 * The subjects that run in Node. The project's own code is bundled first, as it is before it is deployed; the others
 * come from `node_modules`.
 *
 * @param directory where the bundles go.
 */
export function nodeSubjects(directory: string): Subject[] {
  const bundled = (program: string): string => {
    const file = path.join(directory, `${program}.js`);
    bundle(path.join(PROGRAMS, `${program}.ts`), file);
    return file;
  };
  const kernel = bundled("kernel");
  const floor = bundled("floor");
  return [
    {
      name: THIS,
      remark:
        "this: Node loads a bundle of the analysis' reader, checks of rows included, and finds the best years.",
      answers: true,
      start: (dataFile, answer) => node([kernel, dataFile, answer]),
    },
    {
      name: FLOOR,
      remark: "floor: Node reads the file and counts line ends; no answer.",
      answers: false,
      start: (dataFile) => node([floor, dataFile]),
    },
    {
      name: `DuckDB ${duckdbVersion} (Node)`,
      remark: "DuckDB: decimals, all cores; the same SQL in Node and Python.",
      answers: true,
      start: (dataFile, answer) => node([path.join(PROGRAMS, "duckdb.cjs"), dataFile, answer, SQL]),
    },
    {
      name: `danfo ${danfoVersion}`,
      remark: "danfo: its own groupby in binary floats, which is quadratic in the number of groups.",
      maxScale: 1,
      answers: true,
      start: (dataFile, answer) => node([path.join(PROGRAMS, "danfo.cjs"), dataFile, answer]),
    },
  ];
}

function node(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
}
