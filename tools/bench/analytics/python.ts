import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../../functions/shared/errors";
import { readAnswerFile } from "./answer";
import { PEERS, type Subject } from "./subject";

/** The virtual environment of docs/benchmarks.md; `dist` is not committed. */
const ENVIRONMENT = path.join(__dirname, "../../../dist/bench-venv");

/** A Python program. */
export interface Peer {
  title: string;
  module: string;
  /** File name in {@link PEERS}. */
  program: string;
  remark: string;
  /** Further arguments. */
  args?: string[];
}

/** The Python programs that find best years. */
const BEST_YEAR_PEERS: readonly Peer[] = [
  {
    title: "DuckDB",
    module: "duckdb",
    program: "duckdb_sql.py",
    remark: "",
    args: [path.join(PEERS, "best_years.sql")],
  },
  {
    title: "Polars",
    module: "polars",
    program: "polars_best_years.py",
    remark:
      "Polars: lazy, on its streaming engine, all cores; floats rounded to whole thousandths, then added up.",
  },
  {
    title: "pandas",
    module: "pandas",
    program: "pandas_best_years.py",
    remark:
      "pandas: only the columns needed, ids as categories; floats rounded to whole thousandths, then added up.",
  },
  {
    title: "PySpark",
    module: "pyspark",
    program: "pyspark_best_years.py",
    remark: "PySpark: local[2], decimals; its memory is Python's and the Java machine's.",
  },
];

/** The bench's default Python: its own environment's, otherwise the one on the `PATH`. */
export function defaultPython(): string {
  const own = path.join(ENVIRONMENT, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  return existsSync(own) ? own : "python3";
}

/**
 * The installed subjects that run in Python.
 *
 * @param python program, e.g. `python3`.
 * @param readAnswer reads the answer that a subject writes.
 * @returns `missing` has a sentence for each subject that is not installed; it says how to install it.
 */
export async function pythonSubjects(
  python: string,
  peers: readonly Peer[] = BEST_YEAR_PEERS,
  readAnswer: Subject["readAnswer"] = readAnswerFile,
): Promise<{ subjects: Subject[]; missing: string[] }> {
  const subjects: Subject[] = [];
  const missing: string[] = [];
  for (const peer of peers) {
    try {
      const version = await versionOf(peer.module, python);
      subjects.push({ ...startOf(peer, python), name: `${peer.title} ${version} (Python)`, readAnswer });
    } catch (error) {
      missing.push(
        `Not measured: ${peer.title} in Python ('${python}' cannot import ${peer.module}: ${lastLine(error)}). ` +
          `Install it with 'pip install -r tools/bench/analytics/peers/requirements.txt', or give --python.`,
      );
    }
  }
  return { subjects, missing };
}

function startOf({ program, remark, args = [] }: Peer, python: string): Pick<Subject, "remark" | "start"> {
  return {
    remark,
    start: (dataFile, answer) =>
      spawn(python, [path.join(PEERS, program), dataFile, answer, ...args], {
        stdio: ["ignore", "ignore", "pipe"],
      }),
  };
}

async function versionOf(module: string, python: string): Promise<string> {
  const { stdout } = await promisify(execFile)(python, [
    "-c",
    `import ${module}; print(${module}.__version__)`,
  ]);
  return stdout.trim();
}

function lastLine(error: unknown): string {
  return messageOf(error).trim().split("\n").at(-1) ?? "";
}
