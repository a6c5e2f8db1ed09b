import type { Fault } from "@data-quest/local-sources/faults";
import type { UpstreamClientOptions } from "../../../functions/shared/upstream";
import type { TestSources } from "../../support/testSources";

/** How a run should end: successfully, or with an error in these words. */
export type Expected = "success" | RegExp;

/** A fault of upstream, and how a run should end with it. */
export interface FaultCase {
  /** Its name in docs/reliability.md. */
  name: string;
  /** @param only requests that the fault affects, counted from 1; by default all. */
  begin(upstream: TestSources, only?: readonly number[]): void;
  /** Options of the upstream client, if they differ from the defaults. */
  client?: Partial<UpstreamClientOptions>;
  /** If it affects only the first request; left out for a fault that is not an answer to a request. */
  passing?: Expected;
  /** If it affects every request. */
  lasting: Expected;
}

type Expectations = Pick<FaultCase, "passing" | "lasting">;

/** A retry succeeds. */
const retried = (words: RegExp): Expectations => ({ passing: "success", lasting: words });
/** It is not retried. */
const final = (words: RegExp): Expectations => ({ passing: words, lasting: words });
const HARMLESS: Expectations = { passing: "success", lasting: "success" };

const LISTING = /\/pr\/$/;
const FILES = /\/pr\/.+$/;
/** Long enough for an answer on a busy machine, short enough to wait for. */
const SILENCE: Partial<UpstreamClientOptions> = { idleTimeoutMs: 200 };

function meets(
  where: "listing" | "file",
  what: string,
  fault: Fault,
  expectations: Expectations,
  client?: Partial<UpstreamClientOptions>,
): FaultCase {
  return {
    name: `${where}: ${what}`,
    begin: (upstream, only) => upstream.faults.set(where === "listing" ? LISTING : FILES, fault, only),
    ...expectations,
    ...(client && { client }),
  };
}

const ADDRESS = "http://\\S+/pub/time\\.series/pr/\\S*";
/** Matches an error's message, which always begins with the address. */
const says = (words: string) => new RegExp(`${ADDRESS} ${words}`);

const REFUSED = final(says("answered 403 .*contact in the User-Agent"));
const MOVED = final(says("answered 302 .*it moved to http://elsewhere\\.invalid/; set its new address"));
const BROKEN = retried(says("could not be read: "));
const STALLED = retried(says("sent nothing for 0\\.2 seconds"));
const WRONG_LENGTH = says("has \\d+ bytes, but the listing says \\d+");

/** Faults of both listings and files. */
const DELIVERY: readonly FaultCase[] = (["listing", "file"] as const).flatMap((where) => [
  meets(where, "403, the contact is refused", { kind: "status", status: 403 }, REFUSED),
  meets(
    where,
    "429 with Retry-After",
    { kind: "status", status: 429, retryAfter: "0.01" },
    retried(says("answered 429")),
  ),
  meets(
    where,
    "503 with a Retry-After that is too long",
    { kind: "status", status: 503, retryAfter: "3600" },
    final(says("answered 503 .*asks to wait 3600 seconds.*the next run tries again")),
  ),
  meets(where, "500", { kind: "status", status: 500 }, retried(says("answered 500"))),
  meets(where, "redirect", { kind: "redirect", location: "http://elsewhere.invalid/" }, MOVED),
  meets(where, "connection reset in mid-body", { kind: "reset" }, BROKEN),
  meets(where, "body shorter than its Content-Length", { kind: "short" }, BROKEN),
  meets(where, "stalled in mid-body", { kind: "stall" }, STALLED, SILENCE),
  meets(where, "gzip that nobody asked for", { kind: "gzip" }, HARMLESS),
  meets(where, "gzip in capitals, twice", { kind: "gzip", as: "GZIP, X-Gzip", times: 2 }, HARMLESS),
  meets(
    where,
    "truncated gzip, in an answer that ends normally",
    { kind: "gzip", cut: true },
    retried(says("could not be read: unexpected end of file")),
  ),
  meets(
    where,
    "an unsupported coding",
    { kind: "mislabelled", as: "br" },
    final(says('was sent with the Content-Encoding "br", which is not supported')),
  ),
  meets(
    where,
    "labelled gzip, but not gzip",
    { kind: "mislabelled", as: "gzip" },
    final(
      says(
        'was sent with the Content-Encoding "gzip", but is not encoded that way \\(zlib says: incorrect header check\\)',
      ),
    ),
  ),
]);

const LISTINGS: readonly FaultCase[] = [
  meets("listing", "cut short, Content-Length agrees", { kind: "truncated" }, final(says("ends too early"))),
  meets(
    "listing",
    "HTML error page with 200",
    { kind: "errorPage" },
    final(says("did not answer with a folder listing")),
  ),
  meets("listing", "empty", { kind: "listing", shape: "empty" }, final(says("has no files"))),
  meets(
    "listing",
    "no link to the parent",
    { kind: "listing", shape: "no parent link" },
    final(says("did not answer with a folder listing")),
  ),
  meets(
    "listing",
    "names that lead out of the folder",
    { kind: "listing", shape: "bad names" },
    final(says("has a link that is not a plain file name")),
  ),
  meets("listing", "links to other hosts", { kind: "listing", shape: "foreign links" }, HARMLESS),
  meets("listing", "wrong lengths", { kind: "listing", shape: "wrong sizes" }, final(WRONG_LENGTH)),
];

const FILE_CASES: readonly FaultCase[] = [
  meets("file", "cut short, Content-Length agrees", { kind: "truncated" }, retried(WRONG_LENGTH)),
  meets("file", "HTML error page with 200", { kind: "errorPage" }, retried(WRONG_LENGTH)),
  meets(
    "file",
    "moved away since the listing (404)",
    { kind: "status", status: 404 },
    final(says("answered 404")),
  ),
];

function addMarkedNames(upstream: TestSources): void {
  for (const name of ["pr.data#1", "pr.what?", "pr.#1?a=b%23", "#pr", "?pr"])
    upstream.addFile(name, `of ${name}`);
}

const STATES: readonly FaultCase[] = [
  {
    name: "no contact in the settings",
    begin: () => {},
    client: { contact: "nobody" },
    lasting: says("answered 403 .*contact in the User-Agent, 'nobody'"),
  },
  {
    name: "files renamed",
    begin: (upstream) => {
      const path = "pub/time.series/pr/pr.data.0.Current";
      const file = upstream.files.get(path);
      if (file) upstream.files.set(`${path}.renamed`, file);
      upstream.files.delete(path);
    },
    lasting: "success",
  },
  {
    name: "names with # and ?, percent-encoded",
    begin: addMarkedNames,
    lasting: "success",
  },
  {
    name: "names with # and ?, not encoded",
    begin: (upstream) => {
      addMarkedNames(upstream);
      upstream.faults.set(LISTING, { kind: "listing", shape: "raw marks" });
    },
    lasting: "success",
  },
  {
    name: "names with spaces, percent signs and letters of any script",
    begin: (upstream) => {
      for (const name of ["pr 100%.txt", "pr%20+&.txt", "pr.häufig データ"])
        upstream.addFile(name, `of ${name}`);
    },
    lasting: "success",
  },
];

/** The rows of the fault matrix; a listing of 5,000 files has its own test. */
export const FAULT_CASES: readonly FaultCase[] = [...DELIVERY, ...LISTINGS, ...FILE_CASES, ...STATES];
