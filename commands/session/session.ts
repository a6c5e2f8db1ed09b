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
import { PROJECT_DIRECTORY } from "../shared/project";
import { unlessAborted } from "./interruption";

/** How a local run is set up. */
export interface SessionOptions {
  /** Whose settings are used: `Pulumi.<stack>.yaml`. */
  stack: string;
  /** Settings that replace those of the stack's file, by their key in Pulumi.yaml. */
  settings: Record<string, string>;
  /** Where the cloud keeps what it holds between runs; without it all is gone at the end. */
  dataDir?: string;
  /** This machine's variables; functions get only its proxies and certificate authorities. Default none. */
  machine?: Environment;
  /** Address of a cloud with AWS's API on this machine, instead of one in this process; it keeps what it is given. */
  endpoint?: string;
  /** Told of what is being done, in a few words. */
  onProgress?: (text: string) => void;
  /** Ends the start, and any day, with its reason. */
  signal?: AbortSignal;
}

/** The program, deployed to a cloud on this machine, and running. */
export interface Session {
  cloud: Cloud;
  /** Speaks to the cloud as its operator. */
  s3: S3Client;
  deployment: Deployment;
  /** The stack's outputs, e.g. `dataBucket`. */
  output(name: string): string;
  /**
   * What the schedule does once a day: the fetches run; resolves when the reports have followed, or have failed to.
   *
   * @throws CloudError when that takes too long; the signal's reason.
   */
  runDay(onProgress?: (text: string) => void): Promise<Day>;
  close(): Promise<void>;
}

type EventOf<Name extends keyof CloudEvents> = CloudEvents[Name][0];

/** What happened in a day. */
export interface Day {
  invocations: EventOf<"invoked">[];
  /** Absent where the cloud cannot tell of them. */
  notifications?: EventOf<"notified">[];
}

/** How long the reports may take to follow the fetches. */
const SETTLED_WITHIN_MS = 120_000;

/**
 * Starts a cloud, or connects to one, deploys the unchanged program to it, and returns it ready to run.
 *
 * @throws what the program, the provider or the cloud throws, or the signal's reason; then nothing is left running.
 */
export async function startSession(options: SessionOptions): Promise<Session> {
  options.signal?.throwIfAborted();
  const { dataDir, endpoint, machine = {} } = options;
  const cloud =
    endpoint === undefined
      ? await startCloud({ machine, ...(dataDir !== undefined && { dataDir }) })
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
      // Each resource is brought about wholly and recorded; only between two can a deployment end.
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

async function recordDay(cloud: Cloud, onProgress: (text: string) => void = () => {}): Promise<Day> {
  const notifications: EventOf<"notified">[] = [];
  const day: Day = { invocations: [], ...(!cloud.unseen.has("notified") && { notifications }) };
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
    // What is in the queue already, such as S3's test event, would open a batching window that may end in mid-sync.
    await cloud.settled(SETTLED_WITHIN_MS, { retries: false });
    await cloud.fireRules();
    await cloud.settled(SETTLED_WITHIN_MS, { retries: false });
  } finally {
    cloud.events.off("invoked", listeners.invoked).off("notified", listeners.notified);
  }
  return day;
}

/** An object of the session's data bucket. */
export async function readObject({ s3, output }: Session, key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: output("dataBucket"), Key: key }));
  if (Body === undefined) throw new Error(`s3://${output("dataBucket")}/${key} came without a body.`);
  return Body.transformToByteArray();
}

/** Keys of the data bucket under a prefix, sorted. */
export async function listKeys({ s3, output }: Session, prefix: string): Promise<string[]> {
  const objects = await Array.fromAsync(new Bucket(s3, output("dataBucket")).list(prefix));
  return objects.map(({ Key = "" }) => Key).sort();
}
