import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { TYPESCRIPT } from "../../../../tools/typescript/nodeArguments";
import type { ProviderServer } from "./providerServer";

/** Starts the stand-in for `awsx` in a process of its own. */
export async function startAwsx(): Promise<ProviderServer> {
  const child = spawn(process.execPath, [...TYPESCRIPT, path.join(__dirname, "awsxProvider.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await firstLine(child);
  return {
    port: Number(port),
    async close() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The awsx provider ended with ${code} before it served anything; its errors are above.`);
  });
  const [line] = (await Promise.race([once(lines, "line"), failed])) as [string];
  return line;
}
