import { place, type RefusedRow } from "./findings";
import type { Quality } from "./report";

/** Why an analysis could not be made. Every failure that is not a bug in this code is one of the classes below. */
export abstract class AnalysisError extends Error {}

/** The settings make no sense; names all that is wrong with them. */
export class SettingsError extends AnalysisError {
  override name = "SettingsError";
}

/** Inputs that the report cannot do without are not there; names all of them at once. */
export class MissingInputError extends AnalysisError {
  override name = "MissingInputError";
  /** Names of the missing files, e.g. `["pr.series", "nation.json"]`. */
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(
      `The report needs ${missing.join(" and ")}, which ${missing.length === 1 ? "is" : "are"} not there.`,
    );
    this.missing = missing;
  }
}

/** An input is there, but its content is not what it has to be. */
export class InputError extends AnalysisError {
  override name = "InputError";
  /** The input's name, e.g. `pr.data.0.Current`. */
  readonly file: string;
  /** Line in the file, counted from 1; null where the whole file is meant. */
  readonly line: number | null;
  readonly reason: string;

  /** @param reason a clause such as `is empty` or `has no column "series_id"`, put after the file's name. */
  constructor(file: string, line: number | null, reason: string, options?: ErrorOptions) {
    super(`${place({ file, line })} ${reason}.`, options);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** What is known of inputs that make no report. */
export interface Refusal {
  /** The fingerprint that the report would have had. */
  fingerprint: string;
  quality: Quality;
  /** Rows refused, as {@link import("./analyze").Analysis.refused}. */
  refused: RefusedRow[];
}

/** The inputs can be read, but they break rules that a report cannot be made in spite of. */
export class QualityError extends AnalysisError {
  override name = "QualityError";

  constructor(
    message: string,
    readonly refusal: Refusal,
  ) {
    super(message);
  }
}

/** Text from a file for people to read, without characters that a terminal would obey, or that turn text around. */
export function printable(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "\uFFFD");
}

/** Nearly every text is of these alone, and is told so in a fraction of the time. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** The snapshot of the previous analysis cannot be read. Analyse without `previous`: only `changes` is lost. */
export class SnapshotError extends AnalysisError {
  override name = "SnapshotError";
}
