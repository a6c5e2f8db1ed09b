import { availableParallelism, cpus, release, totalmem, type } from "node:os";

/** What the figures depend on, in one line; no name of the machine or of anyone. */
export function describeMachine(): string {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model.trim() || "unknown processor";
  return `${availableParallelism()} cores (${model}), ${gibibytes} GiB, ${type()} ${release().split("-")[0]}, Node ${process.versions.node}`;
}
