import { printable } from "../../analytics/errors";
import { formatList } from "../../analytics/words";

/** How many names a message lists, so that it stays on one line. */
const MAX_NAMES = 5;

/** The names of files or folders for a message: `a, b, and c`; of many, the first few and how many more there are. */
export function formatNames(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return formatList([...names.slice(0, MAX_NAMES).map(printable), ...(rest > 0 ? [`${rest} more`] : [])]);
}
