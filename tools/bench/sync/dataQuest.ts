import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { FromFunction, Invoke } from "@data-quest/local-aws/lambda/functionProtocol";
import { type EnvironmentSpec, environmentOf } from "@data-quest/local-aws/lambda/functionVariables";
import { bundle } from "../../../infra/bundle";
import { measureProcess } from "../shared/measuredProcess";
import { SURVEY } from "./files";
import type { StandIns } from "./standIns";
import type { Subject } from "./subject";

/** As infra/ingest.ts declares the function. */
const MEMORY_MIB = 512;
const TIMEOUT_SECONDS = 600;
const FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:syncDataset";

/** The local cloud's replacement for AWS's runtime interface client. */
const BOOTSTRAP = require.resolve("@data-quest/local-aws/functionBootstrap");

/**
 * The Lambda's bundle in a new process with Lambda's environment and memory limit, for one invocation. The time includes
 * a cold start: the start of Node and the loading of the bundle.
 *
 * @param directory for the bundle and temporary files.
 */
export function dataQuest(directory: string): Subject {
  const codeDir = path.join(directory, "function");
  const tempDir = path.join(directory, "tmp");
  mkdirSync(tempDir, { recursive: true });
  bundle("functions/syncDataset.ts", path.join(codeDir, "index.js"));
  return {
    name: "data-quest",
    remark: "data-quest: the Lambda's own bundle, cold start included; 'handler' is the invocation alone.",
    prefix: `raw/bls/${SURVEY}/`,
    async sync(bucket, standIns) {
      let outcome: InvocationOutcome = { fault: "it ended without an answer" };
      const cost = await measureProcess("data-quest", () => {
        const child = startFunction(codeDir, environmentOf(specOf(bucket, standIns, codeDir, tempDir)));
        invokeOnce(child, (result) => {
          outcome = result;
        });
        return child;
      });
      return { ...cost, handlerMs: handlerTime(outcome) };
    },
  };
}

type InvocationOutcome = { handlerMs: number } | { fault: string };

function handlerTime(outcome: InvocationOutcome): number {
  if ("fault" in outcome) throw new Error(`data-quest's function failed: ${outcome.fault}`);
  return outcome.handlerMs;
}

/** Divides the memory between old and new objects as Lambda does; see packages/local-aws/src/lambda/functionEnvironment.ts. */
function startFunction(codeDir: string, env: Record<string, string>): ChildProcess {
  return fork(BOOTSTRAP, {
    cwd: codeDir,
    env,
    execArgv: [
      `--max-old-space-size=${Math.floor(MEMORY_MIB * 0.9)}`,
      `--max-semi-space-size=${Math.floor(MEMORY_MIB * 0.05)}`,
    ],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

/** Sends the daily rule's input when the function is ready. Disconnects after the answer, which ends the process. */
function invokeOnce(child: ChildProcess, onOutcome: (outcome: InvocationOutcome) => void): void {
  let began = 0;
  child.on("message", (message: FromFunction) => {
    if (message.type === "ready") {
      began = performance.now();
      child.send({
        requestId: "00000000-0000-4000-8000-000000000000",
        payload: JSON.stringify({ survey: SURVEY }),
        deadline: Date.now() + TIMEOUT_SECONDS * 1000,
        functionArn: FUNCTION_ARN,
      } satisfies Invoke);
      return;
    }
    if (message.type === "succeeded") onOutcome({ handlerMs: performance.now() - began });
    else onOutcome({ fault: message.type === "outOfMemory" ? "out of memory" : message.error.message });
    if (child.connected) child.disconnect();
  });
}

function specOf(bucket: string, standIns: StandIns, codeDir: string, tempDir: string): EnvironmentSpec {
  const { endpoint, region, credentials } = standIns.s3;
  const logGroup = "/aws/lambda/syncDataset";
  return {
    configuration: {
      name: "syncDataset",
      files: {},
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      roleArn: "arn:aws:iam::000000000000:role/syncDataset",
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMiB: MEMORY_MIB,
      environment: {
        DATA_BUCKET: bucket,
        STATE_BUCKET: bucket,
        CONTACT: "bench@example.org",
        BLS_URL: standIns.blsUrl,
        MAX_DELETES: "5",
        MAX_DELETE_PERCENT: "50",
        VERIFY_EVERY_DAYS: "30",
      },
    },
    functionArn: FUNCTION_ARN,
    codeDir,
    tempDir,
    endpoint,
    region,
    credentials,
    logGroup,
    logStream: "bench",
    onLine: () => {},
  };
}
