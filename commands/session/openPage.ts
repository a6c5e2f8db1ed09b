import open from "open";
import { explain } from "../shared/explain";

/**
 * Opens the published page in the reader's browser. If that fails, prints why on standard error and does not throw.
 *
 * @param address the stack's output `websiteUrl`.
 */
export async function openPage(address: string): Promise<void> {
  if (!URL.canParse(address)) {
    process.stderr.write(`There is no page to open: its address is ${address}. See the setting publish.\n`);
    return;
  }
  try {
    await open(address);
  } catch (error) {
    process.stderr.write(`The browser could not be opened: ${explain(error)} Open ${address} yourself.\n`);
  }
}
