import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { CloudError } from "./cloud";

/** The cloud's storage: rows in a SQLite database, and object contents in files. */
export interface Storage {
  /** A prepared statement; each text is prepared once. */
  sql(text: string): StatementSync;
  /** The directory of the content files, one per content, with unique names. */
  readonly contents: string;
  close(): void;
}

/** SQLite's error code if another process holds the lock. */
const SQLITE_BUSY = 5;
/** The file in which older releases kept everything, with fauxqs. */
const OLD_FILE = "fauxqs.db";

/**
 * A row refers to a content file only once the file is complete, and SQLite's log survives the process. So the state is
 * consistent whenever the process is killed. The next start removes files that no row refers to.
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
 * Opens a data directory exclusively for this process. Without a directory, starts empty, and keeps contents in
 * `workDir`.
 *
 * @throws CloudError if another process uses the directory, it cannot be written, or an older release wrote it.
 */
export function openStorage(dataDir: string | undefined, workDir: string): Storage {
  if (dataDir === undefined) return openFiles(":memory:", workDir);
  const lock = lockDirectory(dataDir);
  try {
    if (existsSync(join(dataDir, OLD_FILE)))
      throw new CloudError(
        `The data directory ${dataDir} was written by an older release (it has a file ${OLD_FILE}): remove the directory, or give another one.`,
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

/** The names of content files; any other file in their directory belongs to the user. */
const CONTENT_NAME = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Removes contents that belong to no object because the last process was killed during a write or a deletion. */
function removeOrphans({ sql, contents }: Storage): void {
  const rows = sql("SELECT content FROM s3_versions WHERE content IS NOT NULL").all();
  const used = new Set(rows.map(({ content }) => content));
  for (const entry of readdirSync(contents, { withFileTypes: true })) {
    if (entry.isFile() && CONTENT_NAME.test(entry.name) && !used.has(entry.name))
      rmSync(join(contents, entry.name));
  }
}

/**
 * Creates the directory if it is missing, and locks it for this process.
 *
 * The lock is a transaction in a separate SQLite file. The operating system releases it however the process ends, so it
 * never becomes stale. Another process can read the holder's id in the file.
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
      `The data directory ${path} is in use by ${holder}: wait until it has ended, or give another directory.`,
    );
  }
}

/** The first transaction records the holder for others to read; the second one stays open as the lock. */
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
    // The holder has only just started and has not written its id yet.
    return "another process";
  }
}
