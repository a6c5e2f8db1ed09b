import { availableParallelism, cpus, release, totalmem, type } from "node:os";

/** The hardware and software that the figures depend on, in one line; without the names of the machine and its user. */
export function describeMachine(): string {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model.trim() || "unknown processor";
  return `${availableParallelism()} cores (${model}), ${gibibytes} GiB, ${type()} ${release().split("-")[0]}, Node ${process.versions.node}`;
}
