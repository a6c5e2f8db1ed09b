import type { ListingShape } from "./listing";

/** What a request meets instead of the ordinary answer. */
export type Fault =
  /** Another status and a short page; `retryAfter` is sent as it is, seconds or an HTTP date. */
  | { kind: "status"; status: number; retryAfter?: string }
  | { kind: "redirect"; location: string }
  /** An HTML page that says that something went wrong, with status 200. */
  | { kind: "errorPage" }
  /** A listing that is not as it should be; only for requests of a folder. */
  | { kind: "listing"; shape: ListingShape }
  /** The ordinary answer, later. */
  | { kind: "slow"; ms: number }
  /**
   * The body compressed, whether the client asked for it or not: `times` times (default 1), and without its last bytes
   * if it is `cut`. `as` is the `Content-Encoding` that says so (default `gzip`).
   */
  | { kind: "gzip"; as?: string; times?: number; cut?: boolean }
  /** The ordinary body, labelled with a `Content-Encoding` that it does not have. */
  | { kind: "mislabelled"; as: string }
  /**
   * Half of the body, and then: the connection `reset`, or closed in order though `Content-Length` promised more
   * (`short`), or kept open and silent (`stall`); or all seems well, since `Content-Length` has the half's length
   * and only the listing knows better (`truncated`).
   */
  | { kind: "reset" | "short" | "stall" | "truncated" };

/** The faults of an upstream, to be set and cleared while it runs. */
export interface FaultControl {
  /**
   * Makes requests of a path fail. Of several faults that apply to a request, the one set first is met.
   *
   * @param path - decoded and without the query: exactly this one, or all that the pattern finds
   * @param only - which of the requests of this path from now on, the first being 1; all, if not given
   */
  set(path: string | RegExp, fault: Fault, only?: readonly number[]): void;
  /** Ends all faults. */
  clear(): void;
}

/** The faults that are set, and how many requests each has seen. */
export class Faults implements FaultControl {
  private rules: {
    matches: (path: string) => boolean;
    fault: Fault;
    only?: readonly number[];
    seen: number;
  }[] = [];

  set(path: string | RegExp, fault: Fault, only?: readonly number[]): void {
    const matches =
      typeof path === "string"
        ? (other: string) => other === path
        : (other: string) => other.search(path) >= 0;
    this.rules.push({ matches, fault, seen: 0, ...(only && { only }) });
  }

  clear(): void {
    this.rules = [];
  }

  /** Counts a request and tells the fault that it meets. */
  meet(path: string): Fault | undefined {
    const matching = this.rules.filter((rule) => rule.matches(path));
    for (const rule of matching) rule.seen++;
    return matching.find(({ only, seen }) => only === undefined || only.includes(seen))?.fault;
  }
}
