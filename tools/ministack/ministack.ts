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
import { PROJECT_DIRECTORY } from "../directories";

/** A running MiniStack for tests; see docs/local-cloud.md. */
export interface Ministack {
  /** e.g. `http://127.0.0.1:4566`. */
  endpoint: string;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
}

const ENVIRONMENT = path.join(PROJECT_DIRECTORY, "dist", "ministack-venv");
/** Below the ephemeral ports: Linux assigns these from 32768, other systems from 49152. */
const [LOWEST_PORT, HIGHEST_PORT] = [20_000, 32_768];
const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 50;
const STOP_TIMEOUT_MS = 5_000;

/** The program that `MINISTACK` names, or the installed one; without either, skips the suite and says why. */
export function needMinistack(context: Context): string {
  const executable = process.platform === "win32" ? "Scripts/ministack.exe" : "bin/ministack";
  const program = process.env.MINISTACK ?? path.join(ENVIRONMENT, executable);
  if (existsSync(program)) return program;
  console.log(
    "      skipped: MiniStack is not installed (docs/local-cloud.md says how), and MINISTACK is not set",
  );
  return context.skip();
}

/** Starts MiniStack on a free port, with signatures and policies enforced; its functions run on this Node. */
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
    await stop(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(child, endpoint);
  } catch (cause) {
    await close();
    throw new Error(`MiniStack did not start: ${Buffer.concat(output)}`, { cause });
  }
  return { endpoint, close };
}

/** An IAM user for the tests, with all permissions. */
export interface Operator {
  credentials: Credentials;
  remove(): Promise<void>;
}

/** Creates the user. Tests do not use the root user, because MiniStack accepts any secret key for it. */
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

/** Resolves when MiniStack answers. @throws Error if it exits, or takes too long. */
async function waitUntilReady(child: ChildProcess, endpoint: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(POLL_INTERVAL_MS);
  }
  throw new Error(child.exitCode === null ? "It does not answer." : `It exited with ${child.exitCode}.`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  // On SIGTERM it waits for open connections to close.
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}

/**
 * A port that is not in use, below the ephemeral ports: the many servers and connections of other tests cannot take it
 * before MiniStack does.
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
