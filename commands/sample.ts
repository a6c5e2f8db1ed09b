import path from "node:path";
import { sampleFiles } from "@data-quest/local-sources/sample";
import { writeSourceDirectory } from "@data-quest/local-sources/writeSourceDirectory";
import { Command } from "commander";
import { runCommand } from "./shared/runCommand";

/** `npm run sample`: writes the generated sample to a directory. */
const command = new Command("npm run sample --")
  .description(
    "Writes the generated sample to a directory, to edit and to run with npm start -- --upstream DIR",
  )
  .argument("<DIR>", "a new or empty directory")
  .option("--force", "write to a directory that is not empty")
  .action(async (directory: string, options: { force?: boolean }) => {
    const files = sampleFiles();
    await writeSourceDirectory(directory, files, options);
    console.log(`${files.size} files written to ${path.resolve(directory)}`);
  });

void runCommand(command);
