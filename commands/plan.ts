import { Command } from "commander";
import { planOnce } from "./plan/planCache";
import { PROJECT_DIRECTORY } from "./shared/project";
import { runCommand } from "./shared/runCommand";

interface PlanCommandOptions {
  stack: string;
  config?: string[];
  json?: true;
}

/** Values for settings without a default, so that a fresh checkout can be planned too. */
const FALLBACKS = { contact: "you@example.com" };

/** `npm run plan`: prints every resource that the program declares. */
const command = new Command("npm run plan --")
  .description("Prints every resource that the program declares, with its inputs. Needs no cloud.")
  .option("--stack <name>", "use the settings in Pulumi.<name>.yaml", "dev")
  .option("--config <key=value...>", "settings that override the stack's, e.g. contact=you@example.com")
  .option("--json", "print all inputs, dependencies and outputs as JSON")
  .action(async ({ stack, config = [], json }: PlanCommandOptions) => {
    const options = {
      directory: PROJECT_DIRECTORY,
      stack,
      config: parseConfig(config),
      fallbacks: FALLBACKS,
    };
    const result = await planOnce(options, process.env, (given) => {
      // Loaded only when used, because Pulumi's SDK takes longer to load than everything else here.
      const { plan } =
        require("@data-quest/local-pulumi/program/plan") as typeof import("@data-quest/local-pulumi/program/plan");
      return plan(given);
    });
    const { formatPlan } =
      require("@data-quest/local-pulumi/program/formatPlan") as typeof import("@data-quest/local-pulumi/program/formatPlan");
    console.log(json ? JSON.stringify(result, null, 2) : formatPlan(result, process.stdout.columns ?? 160));
  });

function parseConfig(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error(`--config ${pair} must have the form <key>=<value>.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

void runCommand(command);
