import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { ProviderServer } from "./providerServer";

/**
 * Serves the stand-in for `awsx` from a child process.
 *
 * @param nodeArguments Node's arguments to load TypeScript, e.g. `["-r", "ts-node/register"]`.
 */
export async function startAwsx(nodeArguments: readonly string[]): Promise<ProviderServer> {
  const child = spawn(process.execPath, [...nodeArguments, path.join(__dirname, "awsxProvider.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return {
    port: Number(await firstLine(child)),
    async close() {
      const exited = once(child, "exit");
      child.kill();
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  const exit = once(child, "exit").then(([code]) => {
    throw new Error(`The awsx provider exited with ${code} before it was ready; see its errors above.`);
  });
  const [line] = (await Promise.race([once(lines, "line"), exit])) as [string];
  return line;
}
