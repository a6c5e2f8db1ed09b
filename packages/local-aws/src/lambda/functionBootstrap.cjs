// @ts-check
"use strict";

/**
 * Runs in a function's process: loads the handler, then answers invocations one by one, as AWS's runtime interface
 * client does. Plain JavaScript, so that nothing is loaded into the process besides Node and the function. The messages
 * are defined in functionProtocol.ts.
 */

const { existsSync, readFileSync } = require("node:fs");
const { resolve } = require("node:path");
const { format } = require("node:util");

/** How often the process checks its memory use. */
const MEMORY_CHECK_MS = 50;

const memoryLimitBytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) * 1024 * 1024;
let requestId = "";

process.on("disconnect", () => process.exit(0));
process.on("uncaughtException", (error, origin) => {
  fail(
    origin === "unhandledRejection"
      ? named("Runtime.UnhandledPromiseRejection", `${error?.name}: ${error?.message}`)
      : error,
  );
  process.exit(129);
});
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimitBytes) post({ type: "outOfMemory" });
}, MEMORY_CHECK_MS).unref();

patchConsole();
start().catch((error) => {
  post({ type: "initFailed", error: describe(error) });
});

async function start() {
  const handler = await loadHandler();
  process.on(
    "message",
    (/** @type {import("./functionProtocol").Invoke} */ message) => void answer(handler, message),
  );
  post({ type: "ready" });
}

/** @param {Function} handler @param {import("./functionProtocol").Invoke} invocation */
async function answer(handler, invocation) {
  requestId = invocation.requestId;
  try {
    const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
    const payload = JSON.stringify(result ?? null);
    if (payload === undefined) throw named("Runtime.MarshalError", "Unable to stringify response body");
    flush();
    post({ type: "succeeded", payload, peakBytes: peakBytes() });
  } catch (error) {
    fail(error);
  }
}

/** @param {unknown} error */
function fail(error) {
  flush();
  post({ type: "failed", error: describe(error), peakBytes: peakBytes() });
}

async function loadHandler() {
  const setting = process.env._HANDLER ?? "";
  const dot = setting.lastIndexOf(".");
  const [file, name] = [setting.slice(0, dot), setting.slice(dot + 1)];
  const path = [".js", ".mjs", ".cjs"]
    .map((extension) => resolve(file + extension))
    .find((candidate) => existsSync(candidate));
  if (!path) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const handler = require(path)[name];
  if (typeof handler !== "function")
    throw named("Runtime.HandlerNotFound", `${setting} is undefined or not exported`);
  if (handler.length >= 3) {
    const text =
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.";
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      `${text} ${setting} declares ${handler.length} parameters.`,
    );
  }
  return handler;
}

/** @param {import("./functionProtocol").Invoke} invocation */
function contextOf({ requestId: awsRequestId, deadline, functionArn }) {
  return {
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** Lambda's line format: time, request, level, text. Line breaks in the text become carriage returns. */
function patchConsole() {
  const levels = { debug: "DEBUG", error: "ERROR", info: "INFO", log: "INFO", trace: "TRACE", warn: "WARN" };
  for (const [method, level] of Object.entries(levels)) {
    Reflect.set(console, method, (/** @type {unknown[]} */ ...args) => {
      const text = format(...args).replaceAll("\n", "\r");
      process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
    });
  }
}

/** Marks the end of an invocation's output, so that its last lines are not attributed to the next invocation. */
function flush() {
  for (const stream of [process.stdout, process.stderr]) stream.write(`\n\0${requestId}\n`);
}

/** The peak on Linux; elsewhere the current size. */
function peakBytes() {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"));
    if (peak) return Number(peak[1]) * 1024;
  } catch {
    // No /proc: macOS, Windows.
  }
  return process.memoryUsage.rss();
}

/** @param {string} name @param {string} message */
function named(name, message) {
  return Object.assign(new Error(message), { name });
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Error)) return { name: typeof error, message: format(error), stack: "" };
  return { name: error.name, message: error.message, stack: error.stack ?? "" };
}

/** @param {import("./functionProtocol").FromFunction} message */
function post(message) {
  process.send?.(message);
}
