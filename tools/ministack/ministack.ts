import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Credentials } from "@data-quest/local-aws/cloud";
import { environmentCredentials } from "@data-quest/local-aws/endpoint/address";
import type { Context } from "mocha";
import { PROJECT } from "../../test/support/commands";

/** A MiniStack that runs for the tests; see docs/local-cloud.md. */
export interface Ministack {
  /** e.g. `http://127.0.0.1:4566`. */
  endpoint: string;
  /** Ends it; what it held is gone. */
  close(): Promise<void>;
}

const ENVIRONMENT = path.join(PROJECT, "dist", "ministack-venv");
/** Linux gives out ports from 32768, other systems from 49152. */
const [LOWEST_PORT, HIGHEST_PORT] = [20_000, 32_768];
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;
const END_WITHIN_MS = 5_000;

/** The MiniStack that `MINISTACK` names, or that is installed as the documentation says; else skips, with the reason. */
export function needMinistack(context: Context): string {
  const own = process.platform === "win32" ? "Scripts/ministack.exe" : "bin/ministack";
  const program = process.env.MINISTACK ?? path.join(ENVIRONMENT, own);
  if (existsSync(program)) return program;
  console.log(
    "      skipped: MiniStack is not installed (docs/local-cloud.md says how), and MINISTACK is not set",
  );
  return context.skip();
}

/** Starts it on a free port, with signatures and policies enforced; its functions run on this Node. */
export async function startMinistack(program: string): Promise<Ministack> {
  const [port, directory] = await Promise.all([freePort(), mkdtemp(path.join(tmpdir(), "ministack-"))]);
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(program, [], {
    cwd: directory,
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
      TMPDIR: directory,
      AUTH: "true",
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: "0",
      LAMBDA_EXECUTOR: "local",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => void output.push(chunk));
  const close = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await ready(child, endpoint);
  } catch (cause) {
    await close();
    throw new Error(`MiniStack did not start: ${Buffer.concat(output)}`, { cause });
  }
  return { endpoint, close };
}

/** A user of the tests' own, who may do everything. */
export interface Operator {
  credentials: Credentials;
  remove(): Promise<void>;
}

/** Makes the user. Of the root user, whose keys the environment has, MiniStack takes any secret. */
export async function createOperator(endpoint: string, UserName: string): Promise<Operator> {
  const iam = new IAMClient({ endpoint, region: "us-east-1", credentials: environmentCredentials() });
  const policy = { UserName, PolicyName: "everything" };
  const Statement = [{ Effect: "Allow", Action: "*", Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {};
  return {
    credentials: { accessKeyId, secretAccessKey },
    async remove() {
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }));
      await iam.send(new DeleteUserPolicyCommand(policy));
      await iam.send(new DeleteUserCommand({ UserName }));
      iam.destroy();
    },
  };
}

/** Resolves when it answers. @throws Error when it ends, or takes too long. */
async function ready(child: ChildProcess, endpoint: string): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  while (performance.now() < end && child.exitCode === null) {
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(LOOK_EVERY_MS);
  }
  throw new Error(child.exitCode === null ? "It does not answer." : `It ended with ${child.exitCode}.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  child.kill("SIGTERM");
  // It waits for connections that others keep open.
  const late = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
  await ended;
  clearTimeout(late);
}

/**
 * A port that nobody listens on, below those that systems give out by themselves: none of the many servers and
 * connections of other tests can take it before MiniStack does.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    const server = createServer();
    const listening = once(server, "listening").then(
      () => true,
      () => false,
    );
    server.listen(port, "127.0.0.1");
    if (!(await listening)) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
