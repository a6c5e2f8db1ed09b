import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { version as duckdbVersion } from "@duckdb/node-api/package.json";
import { TYPESCRIPT } from "../../typescript/nodeArguments";
import type { Peer } from "./python";
import { readReportAnswer } from "./reportAnswer";
import { PEERS, type Subject } from "./subject";
import { duckdbInNode, THIS } from "./subjects";

const SQL = path.join(PEERS, "whole_report.sql");
const COMMAND = path.join(__dirname, "../../../commands/analyze.ts");

/** DuckDB in Python, with the same SQL as in Node. */
export const REPORT_PEERS: readonly Peer[] = [
  { title: "DuckDB", module: "duckdb", program: "duckdb_sql.py", remark: "", args: [SQL] },
];

/** The subjects that create a whole report in Node: the command itself, as npm starts it, and DuckDB. */
export function reportSubjects(): Subject[] {
  return [
    {
      name: THIS,
      remark:
        "this: what `npm run analyze -- FILE --csv DIR --json` runs: report object, five tables, SHA-256 of the file.",
      readAnswer: readReportAnswer,
      start: (dataFile, answer) => analyzeInto(answer, [dataFile, "--csv", answer, "--json"]),
    },
    {
      name: `DuckDB ${duckdbVersion} (Node)`,
      remark:
        "DuckDB: yearly sums, best years and ties as two CSVs; decimals, all cores; the same SQL in Node and Python.",
      readAnswer: readReportAnswer,
      start: intoDirectory((dataFile, answer) => duckdbInNode(dataFile, answer, SQL)),
    },
  ];
}

/** Creates the directory for a subject's answer before starting it. */
export function intoDirectory(start: Subject["start"]): Subject["start"] {
  return (dataFile, answer) => {
    mkdirSync(answer);
    return start(dataFile, answer);
  };
}

/** Redirects the report object into a file, as a user would. */
function analyzeInto(directory: string, args: readonly string[]): ChildProcess {
  mkdirSync(directory);
  const report = openSync(path.join(directory, "report.json"), "w");
  try {
    return spawn(process.execPath, [...TYPESCRIPT, COMMAND, ...args], { stdio: ["ignore", report, "pipe"] });
  } finally {
    closeSync(report);
  }
}
