import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { badRequest } from "../awsProtocol";
import type { FunctionConfiguration } from "../cloud";
import { RESERVED_VARIABLES } from "./functionVariables";

const MAX_VARIABLES_BYTES = 4096;
const MAX_UNPACKED_BYTES = 250 * 1024 * 1024;

/** @throws AwsError `InvalidParameterValueException` if Lambda would refuse it, or this machine cannot run it. */
export function checkConfiguration({
  name,
  runtime,
  timeoutSeconds,
  memoryMiB,
  environment,
  files,
}: FunctionConfiguration): void {
  const node = process.versions.node.split(".", 1)[0];
  if (runtime !== `nodejs${node}.x`)
    fail(
      name,
      `its runtime is ${runtime}, and this machine runs Node ${process.versions.node}: start the local cloud with the same major version`,
    );
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= 900))
    fail(name, `its timeout must be 1 to 900 seconds, not ${timeoutSeconds}`);
  if (!(memoryMiB >= 128 && memoryMiB <= 10_240))
    fail(name, `its memory must be 128 to 10240 MiB, not ${memoryMiB}`);
  const reserved = Object.keys(environment).filter((variable) => RESERVED_VARIABLES.has(variable));
  if (reserved.length > 0) fail(name, `Lambda sets the environment variables ${reserved.join(", ")} itself`);
  const size = Object.entries(environment).reduce(
    (sum, [variable, value]) => sum + Buffer.byteLength(variable + value),
    0,
  );
  if (size > MAX_VARIABLES_BYTES)
    fail(name, `its environment variables take ${size} bytes, more than ${MAX_VARIABLES_BYTES}`);
  const bytes = Object.values(files).reduce((sum, content) => sum + content.length, 0);
  if (bytes > MAX_UNPACKED_BYTES)
    fail(name, `its archive takes ${bytes} bytes unpacked, more than ${MAX_UNPACKED_BYTES}`);
}

/** Writes the archive's files below `directory`; refuses paths that lead out of it. */
export function unpack({ name, files }: FunctionConfiguration, directory: string): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, path);
    const within = relative(directory, target);
    if (within.startsWith("..") || isAbsolute(within))
      fail(name, `its archive has a file outside its root: ${path}`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

function fail(name: string, why: string): never {
  throw badRequest("InvalidParameterValueException", `Function ${name} cannot be created: ${why}.`);
}
