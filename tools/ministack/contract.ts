import { spawn } from "node:child_process";
import { once } from "node:events";
import { loopbackEndpoint } from "@data-quest/local-aws/endpoint/address";
import { Command } from "commander";
import { runCommand } from "../../commands/shared/runCommand";

/** `npm run test:contract --`: what every cloud must do, on the one in this process and on another. */
const command = new Command("npm run test:contract --")
  .description("Runs the contract of the local cloud on it, and on a cloud with AWS's API.")
  .option(
    "--endpoint <url>",
    "the other cloud's loopback address; what the suite makes there it removes again (default: a MiniStack of " +
      "the suite's own, where it is installed as docs/local-cloud.md says)",
  )
  .action(runContract);

async function runContract({ endpoint }: { endpoint?: string }): Promise<void> {
  const variables = endpoint === undefined ? {} : { CONTRACT_ENDPOINT: loopbackEndpoint(endpoint) };
  const mocha = spawn(
    process.execPath,
    [require.resolve("mocha/bin/mocha.js"), "packages/local-aws/test/contract/**/*.test.ts"],
    {
      env: { ...process.env, ...variables },
      stdio: "inherit",
    },
  );
  const [code] = (await once(mocha, "close")) as [number | null];
  process.exitCode = code ?? 1;
}

void runCommand(command);
