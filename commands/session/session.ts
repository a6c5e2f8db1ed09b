import path from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { closeAll, closeOnError } from "@data-quest/local-aws/closeAll";
import type { Cloud, CloudEvents } from "@data-quest/local-aws/cloud";
import { connectCloud } from "@data-quest/local-aws/endpoint/connectCloud";
import type { Environment } from "@data-quest/local-aws/lambda/machineNetwork";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { type Deployment, deploy } from "@data-quest/local-pulumi/program/deploy";
import { fileStateStore } from "@data-quest/local-pulumi/program/stateStore";
import { createProvider } from "@data-quest/local-pulumi/provider/provider";
import { Bucket } from "../../functions/shared/bucket";
import { unlessAborted } from "../shared/interruption";
import { PROJECT_DIRECTORY } from "../shared/project";

/** Options of a local run. */
export interface SessionOptions {
  /** Its settings come from `Pulumi.<stack>.yaml`. */
  stack: string;
  /** Settings that override the stack's file, by their key in Pulumi.yaml. */
  settings: Record<string, string>;
  /** Where the cloud keeps its data between runs; by default the data is deleted at the end. */
  dataDir?: string;
  /** Variables that name proxies and certificate authorities; functions get no others. By default none. */
  environment?: Environment;
  /** Address of a cloud on this machine with AWS's API, to use instead of one in this process. It keeps its data. */
  endpoint?: string;
  /** Called with a few words at each step. */
  onProgress?: (text: string) => void;
  /** Aborts the start and any day, with its reason. */
  signal?: AbortSignal;
}

/** The program, running on a cloud on this machine. */
export interface Session {
  cloud: Cloud;
  /** With the operator's credentials. */
  s3: S3Client;
  deployment: Deployment;
  /** The stack's outputs, e.g. `dataBucket`. */
  output(name: string): string;
  /**
   * Runs the daily schedule: all fetches. Resolves when the analyses that follow have succeeded or failed.
   *
   * @throws CloudError if the analyses take too long; the signal's reason.
   */
  runDay(onProgress?: (text: string) => void): Promise<DayEvents>;
  close(): Promise<void>;
}

/** The part of a session that reads its data bucket. */
export type BucketReader = Pick<Session, "s3" | "output">;

type EventOf<Name extends keyof CloudEvents> = CloudEvents[Name][0];

/** What happened during one scheduled day. */
export interface DayEvents {
  invocations: EventOf<"invoked">[];
  /** Left out if the cloud does not report them. */
  notifications?: EventOf<"notified">[];
}

/** How long the analyses after the fetches may take. */
const SETTLED_WITHIN_MS = 120_000;

/**
 * Starts a cloud or connects to one, and deploys the unchanged program to it.
 *
 * @throws errors of the program, the provider or the cloud, or the signal's reason; leaves nothing running.
 */
export async function startSession(options: SessionOptions): Promise<Session> {
  options.signal?.throwIfAborted();
  const { dataDir, endpoint, environment = {} } = options;
  const cloud =
    endpoint === undefined
      ? await startCloud({ machine: environment, ...(dataDir !== undefined && { dataDir }) })
      : await connectCloud(endpoint);
  return closeOnError(
    async () => openSession(cloud, await deployTo(cloud, options), options.signal),
    () => cloud.close(),
  );
}

async function deployTo(cloud: Cloud, options: SessionOptions): Promise<Deployment> {
  const { stack, settings, dataDir, onProgress = () => {}, signal } = options;
  const deployment = await deploy({
    directory: PROJECT_DIRECTORY,
    stack,
    config: settings,
    provider: createProvider(cloud, { stack }),
    ...(dataDir !== undefined && { state: fileStateStore(path.join(dataDir, `${stack}.json`)) }),
    onResource({ operation, name, type }) {
      // A deployment stops only between two resources, so each is either complete and recorded or not started.
      signal?.throwIfAborted();
      onProgress(`${operation} ${name} (${type})`);
    },
  });
  signal?.throwIfAborted();
  return deployment;
}

function openSession(cloud: Cloud, deployment: Deployment, signal: AbortSignal | undefined): Session {
  const s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.operator,
    forcePathStyle: true,
  });
  return {
    cloud,
    s3,
    deployment,
    output(name) {
      const value = deployment.outputs[name];
      if (typeof value !== "string") throw new Error(`The program has no output '${name}'.`);
      return value;
    },
    runDay: (onProgress) => unlessAborted(signal, () => recordDay(cloud, onProgress)),
    close: () =>
      closeAll([
        ["The S3 client", () => s3.destroy()],
        ["The cloud", () => cloud.close()],
      ]),
  };
}

async function recordDay(cloud: Cloud, onProgress: (text: string) => void = () => {}): Promise<DayEvents> {
  const notifications: EventOf<"notified">[] = [];
  const day: DayEvents = { invocations: [], ...(!cloud.unseen.has("notified") && { notifications }) };
  const listeners = {
    invoked: (event: EventOf<"invoked">) => {
      day.invocations.push(event);
      onProgress(
        `${event.functionName} ${event.error ? "failed" : `done in ${Math.round(event.durationMs)} ms`}`,
      );
    },
    notified: (event: EventOf<"notified">) => {
      notifications.push(event);
      onProgress(`${event.event} ${event.key}`);
    },
  };
  cloud.events.on("invoked", listeners.invoked).on("notified", listeners.notified);
  try {
    // A message that is already in the queue, such as S3's test event, opens a batching window, which may end mid-sync.
    await cloud.settled(SETTLED_WITHIN_MS, { retries: false });
    await cloud.fireRules();
    await cloud.settled(SETTLED_WITHIN_MS, { retries: false });
  } finally {
    cloud.events.off("invoked", listeners.invoked).off("notified", listeners.notified);
  }
  return day;
}

/** Reads an object of the data bucket. */
export async function readObject({ s3, output }: BucketReader, key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: output("dataBucket"), Key: key }));
  if (Body === undefined) throw new Error(`s3://${output("dataBucket")}/${key} has no body.`);
  return Body.transformToByteArray();
}

/** Lists the keys of the data bucket under a prefix, sorted. */
export async function listKeys({ s3, output }: BucketReader, prefix: string): Promise<string[]> {
  const objects = await Array.fromAsync(new Bucket(s3, output("dataBucket")).list(prefix));
  return objects.map(({ Key = "" }) => Key).sort();
}
