import { Command } from "commander";
import { planOnce } from "./plan/keptPlan";
import { PROJECT_DIRECTORY } from "./shared/project";
import { runCommand } from "./shared/runCommand";

interface Options {
  stack: string;
  config: string[];
  json?: true;
}

/** Values for the settings that every user has to choose, so that a fresh checkout has a plan too. */
const FALLBACKS = { contact: "you@example.com" };

/** `npm run plan`: every resource that the program declares. */
const command = new Command("npm run plan --")
  .description("Prints every resource that the program declares, with its inputs. Needs no cloud.")
  .option("--stack <name>", "the stack whose Pulumi.<name>.yaml is used", "dev")
  .option("--config <key=value...>", "values that win over the stack's own, e.g. contact=you@example.com", [])
  .option("--json", "everything, as JSON: all inputs, dependencies and outputs")
  .action(async ({ stack, config, json }: Options) => {
    const options = {
      directory: PROJECT_DIRECTORY,
      stack,
      config: parseConfig(config),
      fallbacks: FALLBACKS,
    };
    const made = await planOnce(options, process.env, (given) => {
      // Loaded only when used: Pulumi's SDK takes longer to load than everything else here.
      const { plan } =
        require("@data-quest/local-pulumi/program/plan") as typeof import("@data-quest/local-pulumi/program/plan");
      return plan(given);
    });
    const { formatPlan } =
      require("@data-quest/local-pulumi/program/formatPlan") as typeof import("@data-quest/local-pulumi/program/formatPlan");
    console.log(json ? JSON.stringify(made, null, 2) : formatPlan(made, process.stdout.columns ?? 160));
  });

function parseConfig(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error(`--config ${pair} should be <key>=<value>.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

void runCommand(command);
