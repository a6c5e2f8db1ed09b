import { RULE_IDS, RULES, type Rule, type Severity } from "./rules";

/** A place in an input, and what is wrong there. */
export interface Example {
  file: string;
  /** Counted from 1, the header being line 1; null where the file has no lines, or the whole of it is meant. */
  line: number | null;
  /** A clause to put after the place, such as `has no year from 1800 to 2199`. */
  reason: string;
}

/** A row left out of the analysis. */
export interface RefusedRow extends Example {
  rule: Rule;
  /** The row itself, cut to 200 bytes. */
  text: string;
}

/** What came of holding the inputs against a rule. */
export interface RuleOutcome {
  rule: Rule;
  severity: Severity;
  /** How often the rule was broken; null where it could not be checked. */
  count: number | null;
  /** The first {@link MOST_EXAMPLES}. */
  examples: Example[];
}

/** Examples of each rule's findings that a report shows. */
export const MOST_EXAMPLES = 5;
/** Rows that are kept for reading; beyond it they are only counted. */
export const MOST_REFUSED_ROWS = 1000;
const LONGEST_TEXT = 200;

/** Collects what is found wrong with the inputs: counts of all, and the first of each rule as examples. */
export class Findings {
  /** The first {@link MOST_REFUSED_ROWS} rows refused. */
  readonly refused: RefusedRow[] = [];
  readonly #outcomes = Object.fromEntries(
    RULE_IDS.map((rule) => [rule, { rule, severity: RULES[rule], count: 0, examples: [] }]),
  ) as unknown as Record<Rule, RuleOutcome & { count: number }>;
  readonly #unchecked = new Set<Rule>();
  readonly #severities: Partial<Record<Rule, Severity>> = {};

  /** The rules and what came of them, in the rules' order. */
  get outcomes(): RuleOutcome[] {
    return Object.values(this.#outcomes).map((outcome) => ({
      ...outcome,
      severity: this.#severities[outcome.rule] ?? outcome.severity,
      count: this.#unchecked.has(outcome.rule) ? null : outcome.count,
    }));
  }

  /** The outcomes that allow no report. */
  get errors(): RuleOutcome[] {
    return this.outcomes.filter(({ severity, count }) => severity === "error" && count);
  }

  /** How often a rule was broken. */
  count(rule: Rule): number {
    return this.#outcomes[rule].count;
  }

  /** Notes something that stays in the report, or that concerns a whole file; `example` is called only if it is shown. */
  flag(rule: Rule, example: () => Example, count = 1): void {
    const outcome = this.#outcomes[rule];
    outcome.count += count;
    if (outcome.examples.length < MOST_EXAMPLES) outcome.examples.push(example());
  }

  /** Notes a row that is left out. There may be millions: it costs little once there are examples enough. */
  refuse(rule: Rule, file: string, line: number | null, reason: string, row: Uint8Array): void {
    const outcome = this.#outcomes[rule];
    outcome.count++;
    if (outcome.examples.length < MOST_EXAMPLES) outcome.examples.push({ file, line, reason });
    // Rows that are not faults leave room for those that are.
    const most = RULES[rule] === "info" ? MOST_REFUSED_ROWS / 2 : MOST_REFUSED_ROWS;
    if (this.refused.length >= most) return;
    const text = new TextDecoder().decode(row.subarray(0, LONGEST_TEXT)).replace(/\r$/, "");
    this.refused.push({ file, line, rule, reason, text });
  }

  /** Overrides the usual severity of a rule. */
  weigh(rule: Rule, severity: Severity): void {
    this.#severities[rule] = severity;
  }

  /** Notes that a rule cannot be checked, because what to check against is not there. */
  skip(...rules: readonly Rule[]): void {
    for (const rule of rules) this.#unchecked.add(rule);
  }
}

/** Where something is, for a sentence: `pr.series, line 3,` or `nation.json`. */
export function place({ file, line }: Pick<Example, "file" | "line">): string {
  return line === null ? file : `${file}, line ${line},`;
}
