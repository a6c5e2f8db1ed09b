import { spawn } from "node:child_process";
import { once } from "node:events";
import { loopbackEndpoint } from "@data-quest/local-aws/endpoint/address";
import { Command } from "commander";
import { runCommand } from "../../commands/shared/runCommand";

/** `npm run test:contract --`: runs the cloud contract on the local cloud and on another cloud. */
const command = new Command("npm run test:contract --")
  .description("Runs the cloud contract on the local cloud, and on another cloud with AWS's API.")
  .option(
    "--endpoint <url>",
    "the other cloud's loopback address; the suite removes everything that it creates there (default: the suite " +
      "starts a MiniStack, if it is installed as in docs/local-cloud.md)",
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
