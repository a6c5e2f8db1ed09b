import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { CloudError } from "./cloud";

/** What the cloud keeps: rows in a SQLite database, and the contents of objects in files. */
export interface Storage {
  /** The statement with this text, prepared once. */
  sql(text: string): StatementSync;
  /** The directory of the content files, one a content, each under a name of its own. */
  readonly contents: string;
  close(): void;
}

/** SQLite's code for a lock that another process holds. */
const SQLITE_BUSY = 5;
/** Written by releases that kept everything in fauxqs' own file. */
const OLD_FILE = "fauxqs.db";

/**
 * A row refers to a content file only once the file is complete, and SQLite's log survives the process. So whenever the
 * process is killed, what is left is a complete state; files that no row refers to are removed at the next start.
 */
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS s3_buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL, versioning TEXT);
  CREATE TABLE IF NOT EXISTS s3_versions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL, modified INTEGER NOT NULL,
    content TEXT, size INTEGER NOT NULL, etag TEXT NOT NULL, details TEXT NOT NULL,
    UNIQUE (bucket, key, version_id)
  );
  CREATE INDEX IF NOT EXISTS s3_newest ON s3_versions (bucket, key, seq);
  CREATE TABLE IF NOT EXISTS sqs_queues (name TEXT PRIMARY KEY, created INTEGER NOT NULL, modified INTEGER NOT NULL, attributes TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS sqs_messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL, sent INTEGER NOT NULL,
    visible INTEGER NOT NULL, receipt TEXT, receives INTEGER NOT NULL DEFAULT 0, first_received INTEGER
  );
  CREATE INDEX IF NOT EXISTS sqs_next ON sqs_messages (queue, visible);
`;

/**
 * Opens what a data directory holds, for this process alone; without a directory, starts with nothing, and keeps
 * contents in `workDir`.
 *
 * @throws CloudError when another process has the directory, it cannot be written, or an older release wrote it.
 */
export function openStorage(dataDir: string | undefined, workDir: string): Storage {
  if (dataDir === undefined) return openFiles(":memory:", workDir);
  const lock = lockDirectory(dataDir);
  try {
    if (existsSync(join(dataDir, OLD_FILE)))
      throw new CloudError(
        `The data directory ${dataDir} was written by an older release (${OLD_FILE}): remove it, or give another directory.`,
      );
    const storage = openFiles(join(dataDir, "cloud.sqlite"), dataDir);
    removeOrphans(storage);
    return {
      ...storage,
      close() {
        storage.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function openFiles(databasePath: string, directory: string): Storage {
  const contents = join(directory, "objects");
  mkdirSync(contents, { recursive: true });
  const database = new DatabaseSync(databasePath);
  database.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  return {
    contents,
    sql(text) {
      const statement = statements.get(text) ?? database.prepare(text);
      statements.set(text, statement);
      return statement;
    },
    close: () => database.close(),
  };
}

/** Removes contents whose object was not committed, or was replaced, when the last process was killed. */
function removeOrphans({ sql, contents }: Storage): void {
  const rows = sql("SELECT content FROM s3_versions WHERE content IS NOT NULL").all();
  const used = new Set(rows.map(({ content }) => content));
  for (const name of readdirSync(contents)) if (!used.has(name)) rmSync(join(contents, name));
}

/**
 * Creates the directory if it is missing, and takes it for this process alone.
 *
 * The lock is a transaction in a SQLite file of its own. The operating system ends it with the process, however that
 * ends, so no stale lock is ever left behind; a second process can read in the file who holds it.
 */
function lockDirectory(path: string): DatabaseSync {
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

/** The first transaction names the holder, for others to read; the second one never ends. */
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
    // The holder has only just started, and has not yet written its id.
    return "another process";
  }
}
