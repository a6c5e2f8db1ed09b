import type { KnownDifference } from "./knownDifferences";

const TAKEN = /expected 'no error' to match/;

/** Where MiniStack 1.5.33 with `AUTH=true` differs from AWS; docs/local-cloud.md says what AWS does. */
export const MINISTACK_DIFFERENCES: readonly KnownDifference[] = [
  {
    title: "digests › accepts correct digests and returns the checksum",
    instead: "answers PutObject without the checksum",
    fails: /to equal undefined/,
  },
  {
    title: "digests › refuses a request that was changed after it was signed",
    instead: "never compares the body with the signed hash",
    fails: /'no error' to equal 'XAmzContentSHA256Mismatch 400'/,
  },
  {
    title: "roles › refuses a conditional write without permission to read",
    instead: "does not require s3:GetObject for a write with If-Match",
    fails: /'PreconditionFailed 412' to equal 'AccessDenied 403'/,
  },
  {
    title: "roles › hides whether a key exists from a caller that may not list",
    instead: "answers 404 for a missing key to everybody",
    fails: /'NoSuchKey 404' to equal 'AccessDenied 403'/,
  },
  {
    title: "roles › refuses policies that IAM would refuse",
    instead: "accepts a condition operator that does not exist",
    fails: TAKEN,
  },
  {
    title: "notifications › refuses an unknown event",
    instead: "accepts any event name",
    fails: TAKEN,
  },
  {
    title: "event source mappings › passes a message's attributes to the function",
    instead: "omits an attribute's two lists",
    fails: /to deeply equal \{ kind/,
  },
  {
    title: "event source mappings › gathers all messages within the window into one batch",
    instead: "has no batching window, and at most ten messages per batch",
    fails: /to deeply equal \[ 24 \]/,
  },
  {
    title: "event source mappings › treats no list as success of the batch",
    instead: "crashes on `batchItemFailures: null`, and hides the batch again",
    fails: /to have a length of \+0 but got 2/,
  },
  {
    title: "event source mappings › treats an unknown id as failure of the batch",
    instead: "treats an id that is not in the batch as success",
    fails: /to have a length of 2 but got \+0/,
  },
  {
    title: "event source mappings › treats an empty id as failure of the batch",
    instead: "treats an empty id as success",
    fails: /to have a length of 2 but got \+0/,
  },
  {
    title: "event source mappings › is refused when the function's role lacks a permission",
    instead: "never checks the role's permissions on the queue",
    fails: TAKEN,
  },
  {
    title:
      "event source mappings › is refused when the queue hides messages for less than the function's timeout",
    instead: "does not compare the two timeouts",
    fails: TAKEN,
  },
  {
    title: "event source mappings › is refused when it batches more than ten messages without a window",
    instead: "accepts such a mapping",
    fails: TAKEN,
  },
  {
    title: "event source mappings › stops polling when the role loses its permission, and says what is left",
    instead: "polls as itself, not as the role",
    fails: /'no error' to match|to not include 'second'/,
  },
  {
    title: "functions › do not get the machine's variables",
    instead: "passes its own environment on to functions",
    fails: /to not contain one of/,
  },
  {
    title: "functions › write their lines as Lambda formats them",
    instead: "logs the lines as written, without time, request and level",
    fails: /to match .*INFO/,
  },
  {
    title: "functions › do not log without permission",
    instead: "writes functions' logs whatever their roles allow",
    fails: /to deeply equal \[\]/,
  },
  {
    title: "functions › are reported when they exit",
    instead: "names every failure Runtime.HandlerError, or differently from Lambda",
    fails: /Runtime.ExitError: Runtime exited with error/,
  },
  {
    title: "functions › are reported when they exit without a reason",
    instead: "likewise",
    fails: /Runtime exited without providing a reason/,
  },
  {
    title: "functions › are reported when they have an unhandled rejection",
    instead: "likewise",
    fails: /Runtime.UnhandledPromiseRejection/,
  },
  {
    title: "functions › are reported when they answer something that is not JSON",
    instead: "likewise",
    fails: /BigInt/,
  },
  {
    title: "functions › are reported when they have no handler",
    instead: "likewise",
    fails: /Runtime.HandlerNotFound/,
  },
  {
    title: "functions › are reported when they want a callback, which Node 24's runtime no longer gives",
    instead: "passes the callback of older runtimes",
    fails: /'no error' to match .*CallbackHandlerDeprecated/,
  },
  {
    title: "functions › keep the name, message and stack of their errors",
    instead: "names every error Runtime.HandlerError",
    fails: /got 'Runtime.HandlerError'/,
  },
  {
    title: "functions › log their timeout",
    instead: "does not log that a function timed out",
    fails: /Task timed out/,
  },
  {
    title: "functions › are stopped when they exceed their memory",
    instead: "does not limit memory",
    fails: TAKEN,
  },
  {
    title: "functions › are refused with a variable that Lambda reserves",
    instead: "accepts it, but does not set it",
    fails: TAKEN,
  },
  {
    title: "functions › are refused with less memory than Lambda's minimum",
    instead: "accepts any number",
    fails: TAKEN,
  },
  {
    title: "functions › are refused with a role that does not trust Lambda",
    instead: "never looks at the role's trust policy",
    fails: TAKEN,
  },
  {
    title: "rules › stop retrying after a success",
    instead: "restarts a function after it has thrown, so its memory is lost",
    fails: /to deeply equal \[ 'not yet', /,
  },
  { title: "rules › refuse rate(1 days) as their schedule", instead: "accepts it", fails: TAKEN },
  { title: "rules › refuse rate(2 day) as their schedule", instead: "accepts it", fails: TAKEN },
  {
    title: "website › answers 403 for a missing key if listing is not allowed",
    instead: "answers 404 for a missing key to everybody",
    fails: /expected 404 to equal 403/,
  },
];
