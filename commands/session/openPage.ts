import open from "open";
import { explain } from "../shared/explain";

/**
 * Opens the published page in the reader's browser; where that does not work it says so, on standard error, and leaves
 * the rest as it is.
 *
 * @param address the stack's output `websiteUrl`.
 */
export async function openPage(address: string): Promise<void> {
  if (!URL.canParse(address)) {
    process.stderr.write(`There is no page to open: it is ${address}, see the setting publish.\n`);
    return;
  }
  try {
    await open(address);
  } catch (error) {
    process.stderr.write(`No browser could be opened: ${explain(error)} Open ${address} yourself.\n`);
  }
}
