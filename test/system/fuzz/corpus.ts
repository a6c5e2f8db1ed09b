import type { Rule } from "../../../analytics/rules";

/** A kind of malformed input, and the expected result. */
export interface Malformed {
  what: string;
  /** Name of the good file that it replaces. */
  file: string;
  content: string | Uint8Array;
  /** Bytes per chunk, if it matters. */
  chunkBytes?: number;
  expected: Accepted | Rejected;
}

/** The report has the naive numbers. */
export interface Accepted {
  /** Each broken rule, and how often it is broken. */
  broken: Partial<Record<Rule, number>>;
}

/** There is no report; the error says why. */
export interface Rejected {
  error: "InputError" | "QualityError";
  /** The beginning of its message: the file, and the line if there is one. */
  message: string;
}

export const accepted = (broken: Accepted["broken"] = {}): Accepted => ({ broken });
export const rejected = (message: string): Rejected => ({ error: "InputError", message });
export const unfit = (message: string): Rejected => ({ error: "QualityError", message });

/** Contents in other formats; `known` is how the message describes such a file, if it recognizes the format. */
export const FOREIGN: readonly [what: string, content: string | Uint8Array, known?: string][] = [
  ["an HTML error page", "<!DOCTYPE html>\n<html><body>\n<h1>403 Forbidden</h1>\n</body></html>\n"],
  ["an XML error", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
  [
    "gzip",
    Buffer.from("1f8b0800000000000003cb48cdc9c95728cf2fca490100856c4a0d0b000000", "hex"),
    "is compressed with gzip",
  ],
  ["zip", Buffer.from("504b0304140000000800", "hex"), "is a zip archive"],
  ["bytes in no known format", Uint8Array.from({ length: 256 }, (_, byte) => byte)],
  ["only zeros", new Uint8Array(1000)],
];

export const utf16 = (text: string, mark = "\uFEFF") => Buffer.from(mark + text, "utf16le");
