import { writeFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { reportJsonSchema } from "../analytics/report";
import { runCommand } from "../commands/shared/runCommand";

const FILE = path.resolve(__dirname, "../docs/report.schema.json");

/** `npm run schema`: writes the report's JSON Schema. */
const command = new Command("npm run schema")
  .description("Writes docs/report.schema.json from the report's schema in the code.")
  .action(() => writeFileSync(FILE, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`));

void runCommand(command);
