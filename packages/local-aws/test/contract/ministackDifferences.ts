import type { KnownDifference } from "./knownDifferences";

const TAKEN = /expected 'no error' to match/;

/** Where MiniStack 1.5.33 with `AUTH=true` does otherwise than AWS; docs/local-cloud.md says what AWS does. */
export const MINISTACK_DIFFERENCES: readonly KnownDifference[] = [
  {
    title: "digests › accepts what is right and hands the checksum back",
    instead: "answers a PutObject without its checksum",
    fails: /to equal undefined/,
  },
  {
    title: "digests › refuses what was changed after it was signed",
    instead: "never compares the body with the hash that was signed",
    fails: /'no error' to equal 'XAmzContentSHA256Mismatch 400'/,
  },
  {
    title: "roles › lets nobody write on condition of what he may not read",
    instead: "asks for no s3:GetObject where a write has If-Match",
    fails: /'PreconditionFailed 412' to equal 'AccessDenied 403'/,
  },
  {
    title: "roles › tells who may not list a bucket nothing of what is missing in it",
    instead: "answers 404 for a missing key to everybody",
    fails: /'NoSuchKey 404' to equal 'AccessDenied 403'/,
  },
  {
    title: "roles › refuses policies that IAM would refuse",
    instead: "takes a condition operator that does not exist",
    fails: TAKEN,
  },
  {
    title: "notifications › refuses an event that there is not",
    instead: "takes any name of an event",
    fails: TAKEN,
  },
  {
    title: "event source mappings › hands the function a message's attributes",
    instead: "leaves the two lists out of an attribute",
    fails: /to deeply equal \{ kind/,
  },
  {
    title: "event source mappings › gathers what comes within the window into one batch",
    instead: "has no batching window, and batches of ten at most",
    fails: /to deeply equal \[ 24 \]/,
  },
  {
    title: "event source mappings › takes no list as success of the batch",
    instead: "fails over `batchItemFailures: null`, and hides the batch again",
    fails: /to have a length of \+0 but got 2/,
  },
  {
    title: "event source mappings › takes an unknown id as failure of the batch",
    instead: "takes an id that is not in the batch as success",
    fails: /to have a length of 2 but got \+0/,
  },
  {
    title: "event source mappings › takes an empty id as failure of the batch",
    instead: "takes an empty id as success",
    fails: /to have a length of 2 but got \+0/,
  },
  {
    title: "event source mappings › is refused when the function's role lacks a right",
    instead: "never asks for the role's rights to the queue",
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
    instead: "takes such a mapping",
    fails: TAKEN,
  },
  {
    title: "event source mappings › stops polling when the role loses the right to, and says what is left",
    instead: "polls as itself, not as the role",
    fails: /'no error' to match|to not include 'second'/,
  },
  {
    title: "functions › find nothing of the machine's",
    instead: "hands its own environment on to functions",
    fails: /to not contain one of/,
  },
  {
    title: "functions › write their lines as Lambda formats them",
    instead: "keeps the lines as they were written, without time, request and level",
    fails: /to match .*INFO/,
  },
  {
    title: "functions › have no log without the right to write it",
    instead: "writes functions' logs whatever their roles allow",
    fails: /to deeply equal \[\]/,
  },
  {
    title: "functions › are told of when they exit",
    instead: "calls every failure Runtime.HandlerError or by a name of its own",
    fails: /Runtime.ExitError: Runtime exited with error/,
  },
  {
    title: "functions › are told of when they exit without a word",
    instead: "likewise",
    fails: /Runtime exited without providing a reason/,
  },
  {
    title: "functions › are told of when they reject unheard",
    instead: "likewise",
    fails: /Runtime.UnhandledPromiseRejection/,
  },
  { title: "functions › are told of when they answer what is no JSON", instead: "likewise", fails: /BigInt/ },
  {
    title: "functions › are told of when they have no handler",
    instead: "likewise",
    fails: /Runtime.HandlerNotFound/,
  },
  {
    title: "functions › are told of when they want a callback, which Node 24's runtime no longer gives",
    instead: "gives the callback of older runtimes",
    fails: /'no error' to match .*CallbackHandlerDeprecated/,
  },
  {
    title: "functions › keep the name, message and stack of their errors",
    instead: "calls every error Runtime.HandlerError",
    fails: /got 'Runtime.HandlerError'/,
  },
  {
    title: "functions › have their timeout in their log",
    instead: "does not log that a function timed out",
    fails: /Task timed out/,
  },
  {
    title: "functions › are ended when they take more memory than they have",
    instead: "does not limit memory",
    fails: TAKEN,
  },
  {
    title: "functions › are refused with a variable that is Lambda's own",
    instead: "takes it, and does not set it",
    fails: TAKEN,
  },
  {
    title: "functions › are refused with less memory than Lambda gives",
    instead: "takes any number",
    fails: TAKEN,
  },
  {
    title: "functions › are refused with a role that does not trust Lambda",
    instead: "never looks at the role's trust policy",
    fails: TAKEN,
  },
  {
    title: "rules › try no more when a further try succeeds",
    instead: "starts a function anew after it has thrown, so that what it had in memory is gone",
    fails: /to deeply equal \[ 'not yet', /,
  },
  { title: "rules › refuse rate(1 days) as their schedule", instead: "takes it", fails: TAKEN },
  { title: "rules › refuse rate(2 day) as their schedule", instead: "takes it", fails: TAKEN },
  {
    title: "website › answers 403 for what is missing to who may not list",
    instead: "answers 404 for a missing key to everybody",
    fails: /expected 404 to equal 403/,
  },
];
