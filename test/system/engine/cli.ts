import type { Context } from "mocha";
import { findPulumi } from "../../../tools/pulumi-cli/findPulumi";

/** The Pulumi CLI; where there is none, says so in a line and skips the suite. To be called in a `before` hook. */
export async function needPulumi(context: Context): Promise<string> {
  const cli = await findPulumi();
  if (cli !== undefined) return cli;
  console.log("      No Pulumi CLI: install it, or build one with `npm run pulumi-cli` (needs Go). Skipped.");
  return context.skip();
}
