import { printable } from "../errors";
import type { Findings } from "../findings";
import type { Rule } from "../rules";
import type { CodeLists } from "./codeLists";
import { skipSpaces, skipSpacesBack } from "./fields";
import { Names } from "./names";
import { PERIODS } from "./periods";

const COMMA = 44;
const CR = 13;
const SPACE = 32;

/**
 * Checks the codes of kept rows against BLS's own lists. Flags unlisted codes, but their rows stay. Does not create
 * strings for listed codes.
 */
export class CodeCheck {
  readonly #series: CodeLists["series"];
  /** By the period's index in {@link PERIODS}: 1 if the list has it. */
  readonly #periods: Uint8Array;
  readonly #footnotes: Names | null;

  constructor(
    { series, periods, footnotes }: CodeLists,
    private readonly survey: string,
    private readonly file: string,
    private readonly findings: Findings,
  ) {
    this.#series = series;
    this.#periods = Uint8Array.from(PERIODS, (period) => (periods?.has(period) === false ? 0 : 1));
    this.#footnotes = footnotes && namesOf(footnotes);
    if (series === null) findings.skip("unknownSeries");
    if (periods === null) findings.skip("unknownPeriod");
    if (footnotes === null) findings.skip("unknownFootnote");
  }

  /** Call once for each series. */
  series(seriesId: string, line: number): void {
    if (this.#series === null || this.#series.has(seriesId)) return;
    this.#flag(
      "unknownSeries",
      line,
      () => `begins the series ${seriesId}, which ${this.survey}.series does not list`,
    );
  }

  /** @param slot the period's index in {@link PERIODS}. */
  period(slot: number, line: number): void {
    if (this.#periods[slot] === 1) return;
    this.#flag(
      "unknownPeriod",
      line,
      () => `has the period ${PERIODS[slot]}, which ${this.survey}.period does not list`,
    );
  }

  /** Checks the field of footnote codes in `bytes[from…to)`: mostly empty, otherwise codes separated by commas. */
  footnotes(bytes: Uint8Array, from: number, to: number, line: number): void {
    let end = to;
    while (end > from && (bytes[end - 1] === CR || bytes[end - 1] === SPACE)) end--;
    if (from === end || this.#areListed(bytes, from, end)) return;
    this.#flag("unknownFootnote", line, () => {
      const field = new TextDecoder().decode(bytes.subarray(from, Math.min(end, from + LONGEST_FIELD)));
      return `has the footnote codes ${JSON.stringify(printable(field.trim()))}, not all of which ${this.survey}.footnote lists`;
    });
  }

  #areListed(bytes: Uint8Array, from: number, to: number): boolean {
    let start = from;
    for (let at = from; at <= to; at++) {
      if (at < to && bytes[at] !== COMMA) continue;
      if (!this.#isListed(bytes, start, at)) return false;
      start = at + 1;
    }
    return true;
  }

  /** Whether the text between two commas is listed; an empty one counts as listed. */
  #isListed(bytes: Uint8Array, from: number, to: number): boolean {
    const start = skipSpaces(bytes, from, to);
    const end = skipSpacesBack(bytes, start, to);
    return start === end || this.#footnotes === null || this.#footnotes.find(bytes, start, end) !== -1;
  }

  #flag(rule: Rule, line: number, reason: () => string): void {
    this.findings.flag(rule, () => ({ file: this.file, line, reason: reason() }));
  }
}

/** Most bytes of a field that a finding shows. */
const LONGEST_FIELD = 40;

function namesOf(codes: ReadonlySet<string>): Names {
  const names = new Names();
  for (const code of codes) {
    const bytes = Buffer.from(code);
    names.add(bytes, 0, bytes.length);
  }
  return names;
}
