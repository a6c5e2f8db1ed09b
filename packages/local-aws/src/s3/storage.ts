import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { type Closing, closeAll, closeOnError } from "../closeAll";
import { CloudError } from "../cloud";
import { openDataDirectory } from "../dataDirectory";

/** fauxqs is an ES module, and this is none. */
type Fauxqs = typeof import("fauxqs", { with: { "resolution-mode": "import" }});
type Stores = NonNullable<NonNullable<Parameters<Fauxqs["buildApp"]>[0]>["stores"]>;
/** fauxqs' buckets, objects and multipart uploads. */
export type ObjectStore = Stores["s3Store"];
/** fauxqs' queues and messages. */
export type QueueStore = Stores["sqsStore"];
/** An object as fauxqs keeps it; `etag` with its quotes. */
export type StoredObject = ReturnType<ObjectStore["getObject"]>;
type Persistence = NonNullable<QueueStore["persistence"]>;

/** The account that fauxqs writes into every ARN; it cannot be chosen. */
export const ACCOUNT_ID = "000000000000";

/** fauxqs without a port of its own: only this process can reach it, so nothing gets past the gateway. */
export interface Storage {
  readonly objects: ObjectStore;
  readonly queues: QueueStore;
  /** One SQS call in the AWS JSON protocol; the answer is SQS's, errors included. */
  sqs(
    action: string,
    input: unknown,
  ): Promise<{ status: number; headers: Record<string, string>; body: string }>;
  close(): Promise<void>;
}

/**
 * Opens fauxqs in memory, or on a SQLite file in `dataDir`, which is then this process's alone.
 *
 * fauxqs offers persistence only through `startFauxqs`, which listens on all interfaces. So its stores are taken from
 * the files of the (exactly pinned) package and wired here as `startFauxqs` does it.
 *
 * @throws CloudError when the directory is in use or cannot be written.
 */
export async function openStorage(options: {
  region: string;
  dataDir?: string | undefined;
}): Promise<Storage> {
  const { buildApp } = await import("fauxqs");
  const stores: Stores = {
    s3Store: await construct<ObjectStore>("s3/s3Store.js", "S3Store"),
    sqsStore: await construct<QueueStore>("sqs/sqsStore.js", "SqsStore"),
    snsStore: await construct<Stores["snsStore"]>("sns/snsStore.js", "SnsStore"),
  };
  const kept = options.dataDir ? await openKept(stores, options.dataDir) : [];
  const app = buildApp({ logger: false, defaultRegion: options.region, stores });

  return {
    objects: stores.s3Store,
    queues: stores.sqsStore,
    async sqs(action, input) {
      const answer = await app.inject({
        method: "POST",
        url: "/",
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
        payload: JSON.stringify(input),
      });
      const queryError = answer.headers["x-amzn-query-error"];
      return {
        status: answer.statusCode,
        headers: typeof queryError === "string" ? { "x-amzn-query-error": queryError } : {},
        body: answer.payload,
      };
    },
    close: () => closeAll([["fauxqs", () => app.close()], ...kept]),
  };
}

/** Loads what the directory holds. @returns how to close it. */
async function openKept(stores: Stores, dataDir: string): Promise<Closing[]> {
  const directory = openDataDirectory(dataDir);
  const unlock: Closing = ["the data directory", () => directory.close()];
  const persistence = await closeOnError(
    () => attachPersistence(stores, dataDir),
    () => closeAll([unlock]),
  );
  return [["the data file", () => persistence.close()], unlock];
}

/** Loads before it attaches: what is being loaded must not be written back. */
async function attachPersistence(stores: Stores, dataDir: string): Promise<Persistence> {
  const persistence = await construct<Persistence>("persistence.js", "PersistenceManager", dataDir);
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.snsStore.persistence = persistence;
  stores.s3Store.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  repairPutBack(persistence);
  releaseAll(stores.sqsStore);
  return persistence;
}

/** Whoever received these messages has ended: nobody would delete them before their visibility timeout. */
function releaseAll(queues: QueueStore): void {
  for (const queue of queues.allQueues()) {
    for (const { receiptHandle } of queue.inspectMessages().inflight)
      queue.changeVisibility(receiptHandle, 0);
  }
}

/**
 * fauxqs fails, and loses the message until the next start, when one is put back (`VisibilityTimeout` 0): it clears the
 * count of receives, which its own table wants to be a number, and which SQS keeps.
 */
function repairPutBack(persistence: Persistence): void {
  const database = Reflect.get(persistence, "db") as DatabaseSync;
  const putBack = database.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  persistence.updateMessageReady = (messageId) => void putBack.run(messageId);
}

async function construct<T>(file: string, className: string, ...args: unknown[]): Promise<T> {
  const manifest = findPackageJSON("fauxqs", __filename);
  if (!manifest) throw new CloudError("fauxqs is not installed: run `npm ci` and start again");
  const module: Record<string, unknown> = await import(
    pathToFileURL(join(dirname(manifest), "dist", file)).href
  );
  const found = module[className];
  if (typeof found !== "function") {
    throw new CloudError(
      `fauxqs has no ${className} in dist/${file}: the local cloud needs the version in package.json`,
    );
  }
  return Reflect.construct(found, args) as T;
}
