import { formatLocation, type RefusedRow } from "./findings";
import type { Quality } from "./report";

/** Why an analysis failed. Every failure except bugs and errors while reading bytes is one of the classes below. */
export abstract class AnalysisError extends Error {}

/** The settings are invalid; the message names every problem. */
export class SettingsError extends AnalysisError {
  override name = "SettingsError";
}

/** Inputs that the report requires are missing; the message names all of them. */
export class MissingInputError extends AnalysisError {
  override name = "MissingInputError";
  /** Names of the missing files, e.g. `["pr.series", "nation.json"]`. */
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(`The report needs ${missing.join(" and ")}, which ${missing.length === 1 ? "is" : "are"} missing.`);
    this.missing = missing;
  }
}

/** The content of an input is invalid. */
export class InputError extends AnalysisError {
  override name = "InputError";
  /** The input's name, e.g. `pr.data.0.Current`. */
  readonly file: string;
  /** Line in the file, counted from 1; null for the whole file. */
  readonly line: number | null;
  readonly reason: string;

  /** @param reason a clause such as `is empty` or `has no column "series_id"`, put after the file's name. */
  constructor(file: string, line: number | null, reason: string, options?: ErrorOptions) {
    super(`${formatLocation({ file, line })} ${reason}.`, options);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** What is known about inputs that cannot give a report. */
export interface Refusal {
  /** The fingerprint that the report would have had. */
  fingerprint: string;
  quality: Quality;
  /** The first refused rows, see {@link import("./findings").MOST_REFUSED_ROWS}. */
  refused: RefusedRow[];
}

/** The inputs are readable, but break a rule of severity `error`. */
export class QualityError extends AnalysisError {
  override name = "QualityError";

  constructor(
    message: string,
    readonly refusal: Refusal,
  ) {
    super(message);
  }
}

/** Replaces characters that control a terminal or reverse the direction of text. */
export function printable(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "\uFFFD");
}

/** Nearly every text has only these characters, and testing is faster than replacing. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** The snapshot of the previous analysis cannot be read. Analysing without `previous` loses only `changes`. */
export class SnapshotError extends AnalysisError {
  override name = "SnapshotError";
}
