import type { Context } from "mocha";
import { findPulumi } from "../../../tools/pulumi-cli/findPulumi";

/** The path of the Pulumi CLI; without one, skips the suite and says why. For `before` hooks. */
export async function needPulumi(context: Context): Promise<string> {
  const cli = await findPulumi();
  if (cli !== undefined) return cli;
  console.log("      skipped: the Pulumi CLI is not installed; `npm run pulumi-cli` builds it with Go");
  return context.skip();
}
