import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { version as duckdbVersion } from "@duckdb/node-api/package.json";
import { version as danfoVersion } from "danfojs-node/package.json";
import { bundle } from "../../../infra/bundle";
import { readAnswerFile } from "./answer";
import { PEERS, type Subject } from "./subject";

const PROGRAMS = path.join(__dirname, "programs");
const SQL = path.join(PEERS, "best_years.sql");

export const THIS = "this";
export const FLOOR = "floor";

/**
 * The subjects that find best years in Node. Bundles the project's own code first, as a deployment does; the others come
 * from `node_modules`.
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
      readAnswer: readAnswerFile,
      start: (dataFile, answer) => node([kernel, dataFile, answer]),
    },
    {
      name: FLOOR,
      remark: "floor: Node reads the file and counts line ends; no answer.",
      readAnswer: null,
      start: (dataFile) => node([floor, dataFile]),
    },
    {
      name: `DuckDB ${duckdbVersion} (Node)`,
      remark: "DuckDB: decimals, all cores; the same SQL in Node and Python.",
      readAnswer: readAnswerFile,
      start: (dataFile, answer) => duckdbInNode(dataFile, answer, SQL),
    },
    {
      name: `danfo ${danfoVersion}`,
      remark: "danfo: its own groupby in binary floats, which is quadratic in the number of groups.",
      maxScale: 1,
      readAnswer: readAnswerFile,
      start: (dataFile, answer) => node([path.join(PROGRAMS, "danfo.cjs"), dataFile, answer]),
    },
  ];
}

/** Starts DuckDB in Node with an SQL file. */
export function duckdbInNode(dataFile: string, answer: string, sql: string): ChildProcess {
  return node([path.join(PROGRAMS, "duckdb.cjs"), dataFile, answer, sql]);
}

function node(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
}
