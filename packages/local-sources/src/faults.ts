import type { ListingShape } from "./listingPage";

/** What a request gets instead of the normal response. */
export type Fault =
  /** Another status and a short page; `retryAfter` is sent unchanged, seconds or an HTTP date. */
  | { kind: "status"; status: number; retryAfter?: string }
  | { kind: "redirect"; location: string }
  /** An HTML error page with status 200. */
  | { kind: "errorPage" }
  /** A malformed listing; only for requests of a folder. */
  | { kind: "listing"; shape: ListingShape }
  /** The normal response, delayed. */
  | { kind: "slow"; ms: number }
  /**
   * The body compressed, whether or not the client asked for it: `times` times (default 1), and without its last bytes
   * if `cut` is set. `as` is the `Content-Encoding` to send (default `gzip`).
   */
  | { kind: "gzip"; as?: string; times?: number; cut?: boolean }
  /** The normal body, labelled with a `Content-Encoding` that it does not have. */
  | { kind: "mislabelled"; as: string }
  /**
   * Half of the body. Then the connection is `reset`; or closed normally although `Content-Length` promised more
   * (`short`); or kept open and silent (`stall`). With `truncated`, `Content-Length` has the half's length, so only the
   * listing shows that something is missing.
   */
  | { kind: "reset" | "short" | "stall" | "truncated" };

/** The faults of a source server, set and cleared while it runs. */
export interface FaultControl {
  /**
   * Makes requests of a path fail. If several faults apply to a request, the one set first wins.
   *
   * @param path - decoded and without the query: this path, or every path that the pattern matches
   * @param only - which of the path's requests from now on fail, counted from 1; all by default
   */
  set(path: string | RegExp, fault: Fault, only?: readonly number[]): void;
  /** Removes all faults. */
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

  /** Counts a request, and returns the fault that applies to it. */
  next(path: string): Fault | undefined {
    const matching = this.rules.filter((rule) => rule.matches(path));
    for (const rule of matching) rule.seen++;
    return matching.find(({ only, seen }) => only === undefined || only.includes(seen))?.fault;
  }
}
