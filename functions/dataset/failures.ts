import { printable } from "../../analytics/errors";
import { formatInteger, formatList, pluralize } from "../../analytics/words";
import { messageOf } from "../shared/errors";

/** A file that could not be updated or removed to match upstream. */
export interface FileFailure {
  name: string;
  /** What did not happen. */
  undone: "mirrored" | "removed";
  /** Why it was planned, e.g. `new upstream`. */
  reason: string;
  /** The file's address; left out for a removal. */
  url?: string;
  /** What was thrown. */
  cause: unknown;
}

/** How many causes a message gives, and how many files it names for each; the rest are counted. */
const MAX_NAMED = 3;

/** Describes the failures in clauses without a period. A cause that several files share is given once. */
export function describeFailures(failures: readonly FileFailure[]): string[] {
  const groups = [
    ...Map.groupBy(failures, (failure) => `${failure.undone}: ${sharedCause(failure)}`).values(),
  ];
  const unnamed = groups.slice(MAX_NAMED).flat().length;
  return [
    ...groups.slice(0, MAX_NAMED).map(describeGroup),
    ...(unnamed > 0 ? [`${pluralize(unnamed, "more file")} failed for other reasons, see the log`] : []),
  ];
}

function describeGroup(group: readonly FileFailure[]): string {
  const [first, ...more] = group;
  if (first === undefined) return "";
  const { name, undone, reason, cause } = first;
  if (more.length === 0) {
    return withoutPeriod(`${printable(name)} (${reason}) was not ${undone}: ${messageOf(cause)}`);
  }
  const named = group.slice(0, MAX_NAMED).map((failure) => printable(failure.name));
  const unnamed = group.length - named.length;
  const names = formatList(unnamed > 0 ? [...named, `${formatInteger(unnamed)} more`] : named);
  return withoutPeriod(
    `${pluralize(group.length, "file")} were not ${undone} (${names}): ${sharedCause(first)}`,
  );
}

/** The cause's message with the file's address cut to its folder, so that other files there get the same message. */
function sharedCause({ url, cause }: FileFailure): string {
  const message = messageOf(cause);
  if (url === undefined) return message;
  const folder = url.slice(0, url.lastIndexOf("/") + 1);
  return message.split(url).join(`${folder}…`);
}

/** Turns a sentence into a clause that a semicolon can follow. */
function withoutPeriod(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
