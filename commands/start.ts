import { Command, InvalidArgumentError, Option } from "commander";
import { runCommand } from "./shared/runCommand";
import type { StartOptions } from "./start/startRun";

/** `npm start`: the whole pipeline on this machine. */
const command = new Command("npm start --")
  .description(
    "Runs the whole pipeline on this machine: the program that `pulumi up` deploys, on a local cloud.",
  )
  .option(
    "--upstream <dir|url>",
    "where the sources are: a directory or an address (default: a generated sample)",
  )
  .option("--live", "fetch from BLS and DataUSA themselves (needs --contact)")
  .option("--contact <email>", "where the upstreams can reach you; sent in the User-Agent")
  .option("--once", "end when the report is there, instead of serving it until Ctrl-C")
  .addOption(new Option("--open", "open the page in a browser; it follows what happens").conflicts("once"))
  .option("--json", "print the report object alone on standard output")
  .option("--out <dir>", "copy the data bucket into this directory")
  .option("--data <dir>", "keep what the cloud holds in this directory, and go on from there next time")
  .addOption(
    new Option(
      "--endpoint <url>",
      "deploy to a cloud with AWS's API that runs on this machine already, such as MiniStack, by its loopback " +
        "address; it keeps what it is given (keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else 'test')",
    ).conflicts("data"),
  )
  .option(
    "--days <n>",
    "run this many scheduled days in a row, reading the upstream again each day",
    wholeNumber,
    1,
  )
  .option("--pause", "wait for Enter before each further day, so that you can change the upstream")
  .option("--stack <name>", "whose settings to use: Pulumi.<name>.yaml", "dev")
  .addHelpText(
    "after",
    "\nExit status: 0 when there is a report of what the upstream has now, 1 otherwise; 130, 143 or 129 when " +
      "Ctrl-C, SIGTERM or SIGHUP ended it before it served.",
  )
  .action((options: StartOptions) => {
    // Loaded only when used: `--help` prints at once.
    const { startRun } = require("./start/startRun") as typeof import("./start/startRun");
    return startRun(options);
  });

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError("It should be a whole number from 1 to 9999.");
  return Number(text);
}

void runCommand(command);
