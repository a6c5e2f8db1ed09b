import { printable } from "../../analytics/errors";
import { formatList } from "../../analytics/words";

/** How many names a message lists, so that it stays on one line. */
const MAX_NAMES = 5;

/** Lists file or folder names for a message: `a, b, and c`; if there are many, only the first few and how many remain. */
export function formatNames(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return formatList([...names.slice(0, MAX_NAMES).map(printable), ...(rest > 0 ? [`${rest} more`] : [])]);
}
