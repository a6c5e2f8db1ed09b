import { printable } from "../../analytics/errors";
import { messageOf } from "../shared/errors";

/** A file that could not be brought in line with upstream. */
export interface FileFailure {
  name: string;
  /** What did not happen. */
  undone: "mirrored" | "removed";
  /** Why it was planned, e.g. `new upstream`. */
  reason: string;
  /** Where it was to be fetched from. */
  url?: string;
  /** What was thrown. */
  cause: unknown;
}

/** How many files are named per cause, and how many causes are given; the rest are counted. */
const TOLD = 3;

/** What failed, in clauses: a cause that several files share is given once. */
export function describeFailures(failures: readonly FileFailure[]): string[] {
  const groups = [
    ...Map.groupBy(failures, (failure) => `${failure.undone}: ${sharedCause(failure)}`).values(),
  ];
  const untold = groups.slice(TOLD).flat().length;
  return [
    ...groups.slice(0, TOLD).map(describeGroup),
    ...(untold > 0
      ? [`${untold} more ${untold === 1 ? "file" : "files"} failed for other reasons, which the log names`]
      : []),
  ];
}

/** e.g. `1 file`, `2 files`. */
export function countFiles(count: number): string {
  return `${count} ${count === 1 ? "file" : "files"}`;
}

function describeGroup(group: readonly FileFailure[]): string {
  const [first, ...more] = group;
  if (first === undefined) return "";
  const { name, undone, reason, cause } = first;
  if (more.length === 0)
    return withoutPeriod(`${printable(name)} (${reason}) was not ${undone}: ${messageOf(cause)}`);
  const named = group.slice(0, TOLD).map((failure) => printable(failure.name));
  const rest = group.length - named.length;
  const list = rest > 0 ? [...named, `${rest} more`] : named;
  const names = `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
  return withoutPeriod(`${group.length} files were not ${undone} (${names}): ${sharedCause(first)}`);
}

/** The cause's message with the file's address cut to its folder, so that it is the same for its neighbours. */
function sharedCause({ url, cause }: FileFailure): string {
  const words = messageOf(cause);
  if (url === undefined) return words;
  const folder = url.slice(0, url.lastIndexOf("/") + 1);
  return words.split(url).join(`${folder}…`);
}

/** Turns a sentence into a clause that a semicolon may follow. */
function withoutPeriod(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
