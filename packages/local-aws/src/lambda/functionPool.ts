import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { FunctionConfiguration } from "../cloud";
import type { Identities, Principal } from "../iam/identity";
import { FunctionEnvironment, type Outcome } from "./functionEnvironment";
import type { FunctionFault } from "./functionProtocol";
import type { Logs } from "./logs";

/** Concurrent environments per function; further invocations wait. AWS allows 1,000 per account. */
const MAX_ENVIRONMENTS = 10;
/** Lambda's limit for a synchronous response. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** One version of a function, as its environments are started. */
interface FunctionVersion {
  configuration: FunctionConfiguration;
  arn: string;
  role: string;
  principal: Principal;
  codeDir: string;
  logGroup: string;
}

/** The parts of the cloud that environments need. */
export interface PoolParts {
  identities: Identities;
  logs: Logs;
  workDir: string;
  region: string;
  /** This machine's variables for reaching the network. */
  network: Readonly<Record<string, string>>;
  /** The address at which functions reach AWS's API. */
  endpoint(): string;
}

/** An environment with its own log stream and credentials. */
interface Slot {
  environment: FunctionEnvironment;
  accessKeyId: string;
  log(line: string): void;
}

/** The environments of one function version: started on demand and kept warm, each running one invocation at a time. */
export class FunctionPool {
  readonly version: FunctionVersion;
  readonly #parts: PoolParts;
  readonly #slots = new Set<Slot>();
  readonly #idle: Slot[] = [];
  readonly #waiting: (() => void)[] = [];
  #retired = false;
  #closed = false;

  constructor(version: FunctionVersion, parts: PoolParts) {
    this.version = version;
    this.#parts = parts;
  }

  /** Whether all its processes have ended. */
  get isEmpty(): boolean {
    return this.#slots.size === 0;
  }

  /** Runs one invocation, and writes Lambda's START, END and REPORT lines around it. @param payload JSON. */
  async run(requestId: string, payload: string): Promise<Outcome> {
    const slot = await this.#acquire();
    if (!slot) return { fault: CLOSED, peakMiB: 0 };
    slot.log(`START RequestId: ${requestId} Version: $LATEST`);
    const startedAt = performance.now();
    const outcome = limitSize(await slot.environment.invoke(requestId, payload));
    if ("fault" in outcome) slot.log(faultLine(requestId, outcome.fault));
    slot.log(`END RequestId: ${requestId}`);
    slot.log(this.#reportLine(requestId, performance.now() - startedAt, outcome.peakMiB));
    await this.#release(slot);
    return outcome;
  }

  /** To be called after the last invocation: ends idle environments now, busy ones when their invocation ends. */
  async retire(): Promise<void> {
    this.#retired = true;
    await Promise.all(this.#idle.splice(0).map((slot) => this.#end(slot)));
  }

  /** Ends all environments; running invocations fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const proceed of this.#waiting.splice(0)) proceed();
    await Promise.all([...this.#slots].map((slot) => this.#end(slot)));
  }

  async #acquire(): Promise<Slot | undefined> {
    while (!this.#closed) {
      const warm = this.#idle.pop();
      if (warm && !warm.environment.ended) return warm;
      if (warm) await this.#end(warm);
      else if (this.#slots.size < MAX_ENVIRONMENTS) return this.#start();
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return undefined;
  }

  async #release(slot: Slot): Promise<void> {
    if (slot.environment.ended || this.#retired) await this.#end(slot);
    else this.#idle.push(slot);
    this.#waiting.shift()?.();
  }

  async #end(slot: Slot): Promise<void> {
    await slot.environment.stop();
    this.#parts.identities.revoke(slot.accessKeyId);
    this.#slots.delete(slot);
  }

  #start(): Slot {
    const { identities, logs, workDir, region, network } = this.#parts;
    const { configuration, arn, codeDir, role, principal, logGroup } = this.version;
    const { credentials } = identities.assumeRole(role, configuration.name);
    const id = randomUUID().replaceAll("-", "");
    const logStream = `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${id}`;
    const log = (line: string) => logs.write(principal, logGroup, logStream, line);
    const environment = new FunctionEnvironment({
      configuration,
      functionArn: arn,
      codeDir,
      tempDir: join(workDir, "tmp", id),
      endpoint: this.#parts.endpoint(),
      region,
      credentials,
      logGroup,
      logStream,
      network,
      onLine: log,
    });
    const slot = { environment, accessKeyId: credentials.accessKeyId, log };
    this.#slots.add(slot);
    return slot;
  }

  #reportLine(requestId: string, durationMs: number, peakMiB: number): string {
    const { memoryMiB } = this.version.configuration;
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs)} ms`,
      `Memory Size: ${memoryMiB} MB`,
      `Max Memory Used: ${Math.min(peakMiB, memoryMiB)} MB`,
    ];
    return parts.join("\t");
  }
}

const CLOSED: FunctionFault = { name: "Runtime.ExitError", message: "The local cloud is closing", stack: "" };

function limitSize(outcome: Outcome): Outcome {
  if ("fault" in outcome || Buffer.byteLength(outcome.payload) <= MAX_RESPONSE_BYTES) return outcome;
  const message = `Response payload size (${Buffer.byteLength(outcome.payload)} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  return { fault: { name: "Function.ResponseSizeTooLarge", message, stack: "" }, peakMiB: outcome.peakMiB };
}

/** An error as Lambda logs it: a JSON object with the stack as a list of lines. */
function faultLine(requestId: string, { name, message, stack }: FunctionFault): string {
  if (name === "Sandbox.Timedout" || name === "Runtime.ExitError")
    return `RequestId: ${requestId} Error: ${message}`;
  const fault = { errorType: name, errorMessage: message, stack: stack.split("\n") };
  return `${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify(fault)}`;
}
