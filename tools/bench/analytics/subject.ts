import type { ChildProcess } from "node:child_process";
import path from "node:path";
import type { Answer } from "./answer";

/** The folder of the programs to compare with, in Python and SQL. */
export const PEERS = path.join(__dirname, "peers");

/** A program that answers a table's question in its own process. */
export interface Subject {
  /** With its version, e.g. `Polars 2.1.0`. */
  name: string;
  /** How it is run, for readers of the table. */
  remark: string;
  /** The largest scale to run it at; larger ones would take too long. */
  maxScale?: number;
  /** Reads the answer that it wrote; null if it writes none, like the floor. */
  readAnswer: ((answer: string) => Answer) | null;
  /** Starts it on a data file. It writes its answer to a new file or directory, and ends. */
  start(dataFile: string, answer: string): ChildProcess;
}
