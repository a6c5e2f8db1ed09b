import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { FromFunction, FunctionFault, Invoke } from "./functionProtocol";
import { type EnvironmentSpec, environmentOf } from "./functionVariables";

/** Lambda allows ten seconds for the code outside the handler; they do not count towards the function's timeout. */
const INIT_LIMIT_MS = 10_000;
const MIB = 1024 * 1024;

/** How an invocation ended. */
export type Outcome = { payload: string; peakMiB: number } | { fault: FunctionFault; peakMiB: number };

/**
 * One execution environment: a process that answers one invocation at a time. It ends when it times out, exceeds
 * its memory or exits; see {@link FunctionEnvironment.ended}.
 */
export class FunctionEnvironment {
  readonly #spec: EnvironmentSpec;
  readonly #child: ChildProcess;
  readonly #ready: Promise<FunctionFault | undefined>;
  readonly #closed: Promise<void>;
  #ended = false;
  #answer: (outcome: Outcome) => void = () => {};
  #fault: FunctionFault | undefined;
  #marksSeen = 0;
  #onMark: () => void = () => {};

  constructor(spec: EnvironmentSpec) {
    this.#spec = spec;
    this.#child = startProcess(spec);
    const closed = Promise.withResolvers<void>();
    const ready = Promise.withResolvers<FunctionFault | undefined>();
    this.#closed = closed.promise;
    this.#ready = ready.promise;
    this.#readLines();
    this.#child.on("message", (message: FromFunction) => this.#hear(message, ready.resolve));
    this.#child.on("error", (error) => {
      this.#fault ??= {
        name: "Runtime.ExitError",
        message: `The process could not be started: ${error.message}`,
        stack: error.stack ?? "",
      };
    });
    this.#child.on("close", (code, signal) => {
      this.#ended = true;
      const fault = this.#fault ?? exitFault(code, signal);
      ready.resolve(fault);
      this.#answer({ fault, peakMiB: 0 });
      closed.resolve();
    });
  }

  /** Whether the process has ended or is ending. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Never rejects. @param payload JSON. */
  async invoke(requestId: string, payload: string): Promise<Outcome> {
    const initFault = await this.#initialised();
    if (initFault) return { fault: initFault, peakMiB: 0 };
    const { timeoutSeconds, memoryMiB } = this.#spec.configuration;
    const answered = Promise.withResolvers<Outcome>();
    this.#answer = answered.resolve;
    this.#marksSeen = 0;
    const timeoutMs = timeoutSeconds * 1000;
    const timer = setTimeout(() => this.#kill(timeoutFault(timeoutSeconds)), timeoutMs);
    this.#send({ requestId, payload, deadline: Date.now() + timeoutMs, functionArn: this.#spec.functionArn });
    const outcome = await answered.promise;
    clearTimeout(timer);
    await this.#outputComplete();
    if (outcome.peakMiB <= memoryMiB) return outcome;
    this.#kill(MEMORY_FAULT);
    await this.#closed;
    return { fault: MEMORY_FAULT, peakMiB: outcome.peakMiB };
  }

  async stop(): Promise<void> {
    this.#kill(undefined);
    await this.#closed;
  }

  async #initialised(): Promise<FunctionFault | undefined> {
    const limit = Math.max(INIT_LIMIT_MS, this.#spec.configuration.timeoutSeconds * 1000);
    const timer = setTimeout(() => this.#kill(timeoutFault(limit / 1000)), limit);
    const fault = await this.#ready;
    clearTimeout(timer);
    if (fault) await this.stop();
    return fault;
  }

  #hear(message: FromFunction, ready: (fault: FunctionFault | undefined) => void): void {
    if (message.type === "ready") ready(undefined);
    else if (message.type === "initFailed") ready(message.error);
    else if (message.type === "outOfMemory") this.#kill(MEMORY_FAULT);
    else if (message.type === "succeeded")
      this.#answer({ payload: message.payload, peakMiB: toMiB(message.peakBytes) });
    else this.#answer({ fault: message.error, peakMiB: toMiB(message.peakBytes) });
  }

  #send(invoke: Invoke): void {
    // If the process has just ended, its `close` event reports that.
    if (this.#child.connected) this.#child.send(invoke, () => {});
  }

  #kill(fault: FunctionFault | undefined): void {
    this.#fault ??= fault;
    this.#ended = true;
    this.#child.kill("SIGKILL");
  }

  /** Reads both streams; the bootstrap's `flush` marks the end of each invocation's output on them. */
  #readLines(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) splitLines(stream, (line) => this.#readLine(line));
    }
  }

  #readLine(line: string): void {
    if (line.startsWith("\0")) {
      this.#marksSeen++;
      this.#onMark();
    } else if (line !== "") {
      this.#spec.onLine(line);
    }
  }

  async #outputComplete(): Promise<void> {
    const marked = new Promise<void>((resolve) => {
      this.#onMark = () => {
        if (this.#marksSeen >= 2) resolve();
      };
      this.#onMark();
    });
    await Promise.race([marked, this.#closed]);
  }
}

const MEMORY_FAULT: FunctionFault = {
  name: "Runtime.ExitError",
  message: "Runtime exited with error: signal: killed (out of memory)",
  stack: "",
};

function timeoutFault(seconds: number): FunctionFault {
  return {
    name: "Sandbox.Timedout",
    message: `Task timed out after ${seconds.toFixed(2)} seconds`,
    stack: "",
  };
}

function exitFault(code: number | null, signal: string | null): FunctionFault {
  const how = signal
    ? `with error: signal: ${signal}`
    : code === 0
      ? "without providing a reason"
      : `with error: exit status ${code}`;
  return { name: "Runtime.ExitError", message: `Runtime exited ${how}`, stack: "" };
}

function startProcess(spec: EnvironmentSpec): ChildProcess {
  mkdirSync(spec.tempDir, { recursive: true });
  const { memoryMiB } = spec.configuration;
  return fork(join(__dirname, "functionBootstrap.cjs"), {
    cwd: spec.codeDir,
    env: environmentOf(spec),
    execPath: process.execPath,
    // Lambda's proportions: nine tenths of the memory for V8's old generation, and little for the young one.
    execArgv: [
      `--max-old-space-size=${Math.floor(memoryMiB * 0.9)}`,
      `--max-semi-space-size=${Math.max(1, Math.floor(memoryMiB * 0.05))}`,
    ],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

/** Splits at line feeds only: Lambda's lines contain carriage returns. */
function splitLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => onLine(rest));
}

function toMiB(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
