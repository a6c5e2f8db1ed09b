import { Command, InvalidArgumentError, Option } from "commander";
import { runCommand } from "./shared/runCommand";
import type { StartOptions } from "./start/runStart";

/** `npm start`: runs the whole pipeline on this machine. */
const command = new Command("npm start --")
  .description(
    "Runs the whole pipeline on this machine: the program that `pulumi up` deploys, on a local cloud.",
  )
  .option("--upstream <dir|url>", "directory or address to fetch from (default: a generated sample)")
  .option("--live", "fetch from BLS and DataUSA (needs --contact)")
  .option("--contact <email>", "your email address, sent to the sources in the User-Agent")
  .option("--once", "exit when the report is ready instead of serving it until Ctrl-C")
  .addOption(new Option("--open", "open the page in a browser; it updates as the days run").conflicts("once"))
  .option("--json", "print only the report object on standard output")
  .option("--out <dir>", "copy the data bucket to this directory")
  .option("--data <dir>", "keep the cloud's data in this directory, and continue from it next time")
  .addOption(
    new Option(
      "--endpoint <url>",
      "deploy to a running cloud with AWS's API, such as MiniStack, at a loopback address; it keeps its data " +
        "(keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or else 'test')",
    ).conflicts("data"),
  )
  .option("--days <n>", "run this many scheduled days in a row, fetching again each day", wholeNumber, 1)
  .option("--pause", "wait for Enter before each day after the first, so that you can change the upstream")
  .option("--stack <name>", "use the settings in Pulumi.<name>.yaml", "dev")
  .addHelpText(
    "after",
    "\nExit status: 0 if there is a report that matches the sources, 1 otherwise;\n" +
      "130, 143 or 129 if Ctrl-C, SIGTERM or SIGHUP ended the run before it served the page.",
  )
  .action((options: StartOptions) => {
    // Loaded only when used, so that `--help` prints at once.
    const { runStart } = require("./start/runStart") as typeof import("./start/runStart");
    return runStart(options);
  });

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 to 9999.");
  return Number(text);
}

void runCommand(command);
