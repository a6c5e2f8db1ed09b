import { spawn } from "node:child_process";
import { once } from "node:events";
import { Command } from "commander";
import { messageOf } from "../../functions/shared/errors";
import { loopbackEndpoint } from "../../local/endpoint/address";

/** `npm run test:contract --`: what every cloud must do, on the one in this process and on another. */
async function main(): Promise<void> {
  const command = new Command("npm run test:contract --")
    .description("Runs the contract of the local cloud on it, and on a cloud with AWS's API.")
    .option(
      "--endpoint <url>",
      "the other cloud's loopback address; what the suite makes there it removes again (default: a MiniStack of " +
        "the suite's own, where it is installed as docs/local-cloud.md says)",
    );
  const { endpoint } = command.parse().opts<{ endpoint?: string }>();
  const variables = endpoint === undefined ? {} : { CONTRACT_ENDPOINT: loopbackEndpoint(endpoint) };
  const mocha = spawn(
    process.execPath,
    [require.resolve("mocha/bin/mocha.js"), "test/contract/**/*.test.ts"],
    {
      env: { ...process.env, ...variables },
      stdio: "inherit",
    },
  );
  const [code] = (await once(mocha, "close")) as [number | null];
  process.exitCode = code ?? 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
