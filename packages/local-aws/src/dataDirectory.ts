import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CloudError } from "./cloud";

/** A data directory that nobody else may open. */
export interface DataDirectory {
  close(): void;
}

/** SQLite's code for 'somebody else has the lock'. */
const SQLITE_BUSY = 5;

/**
 * Makes the directory where it is missing, and takes it for this process alone.
 *
 * The lock is that of a transaction in a SQLite file of its own: the operating system ends it with the process, however
 * that ends, so none is ever left behind; and who comes second can read in it who has it.
 *
 * @throws CloudError in one sentence when another process has it, or when it cannot be written.
 */
export function openDataDirectory(path: string): DataDirectory {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(path, { recursive: true });
    database = new DatabaseSync(join(path, "lock.sqlite"), { timeout: 0 });
    lock(database);
    return database;
  } catch (cause) {
    const inUse = (cause as { errcode?: number }).errcode === SQLITE_BUSY;
    const holder = inUse && database !== undefined ? readHolder(database) : "";
    database?.close();
    if (!inUse) throw new CloudError(`The data directory ${path} cannot be opened`, { cause });
    throw new CloudError(
      `The data directory ${path} is in use by ${holder}: wait until that has ended, or give another directory.`,
    );
  }
}

/** Others can read who has the lock, which is that of the last transaction: it never ends. */
function lock(database: DatabaseSync): void {
  database.exec(
    "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL); DELETE FROM holder",
  );
  database.prepare("INSERT INTO holder VALUES (?)").run(process.pid);
  database.exec("COMMIT; BEGIN IMMEDIATE");
}

function readHolder(database: DatabaseSync): string {
  try {
    return `process ${database.prepare("SELECT pid FROM holder").get()?.pid}`;
  } catch {
    // It has only just begun, and is still writing who it is.
    return "another process";
  }
}
