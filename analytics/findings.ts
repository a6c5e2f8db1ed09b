import { RULE_IDS, RULES, type Rule, type Severity } from "./rules";

/** A location in an input, and what is wrong there. */
interface Example {
  file: string;
  /** Counted from 1, the header; null for a whole file, or for a file without lines. */
  line: number | null;
  /** A clause to put after the location, such as `has no year from 1800 to 2199`. */
  reason: string;
}

/** A row left out of the analysis. */
export interface RefusedRow extends Example {
  rule: Rule;
  /** The row itself, cut to {@link LONGEST_TEXT} bytes. */
  text: string;
}

/** The result of checking the inputs against a rule. */
interface RuleOutcome {
  rule: Rule;
  severity: Severity;
  /** How often the rule was broken; null if it could not be checked. */
  count: number | null;
  /** The first {@link MOST_EXAMPLES}. */
  examples: Example[];
}

/** Examples that a report shows for each rule. */
const MOST_EXAMPLES = 5;
/** Refused rows that are kept; further ones are only counted. */
export const MOST_REFUSED_ROWS = 1000;
const LONGEST_TEXT = 200;

/** Collects what is wrong with the inputs: counts everything, and keeps the first cases of each rule as examples. */
export class Findings {
  /** The first {@link MOST_REFUSED_ROWS} refused rows. */
  readonly refused: RefusedRow[] = [];
  readonly #outcomes = Object.fromEntries(
    RULE_IDS.map((rule) => [rule, { rule, severity: RULES[rule], count: 0, examples: [] }]),
  ) as unknown as Record<Rule, RuleOutcome & { count: number }>;
  readonly #unchecked = new Set<Rule>();
  readonly #severities: Partial<Record<Rule, Severity>> = {};

  /** The outcomes of all rules, in the rules' order. */
  get outcomes(): RuleOutcome[] {
    return Object.values(this.#outcomes).map((outcome) => ({
      ...outcome,
      severity: this.#severities[outcome.rule] ?? outcome.severity,
      count: this.#unchecked.has(outcome.rule) ? null : outcome.count,
    }));
  }

  /** The outcomes that prevent a report. */
  get errors(): RuleOutcome[] {
    return this.outcomes.filter(({ severity, count }) => severity === "error" && count);
  }

  /** How often a rule was broken. */
  count(rule: Rule): number {
    return this.#outcomes[rule].count;
  }

  /** Records a problem in a row that stays, or in a whole file. Calls `example` only if it will be shown. */
  flag(rule: Rule, example: () => Example, count = 1): void {
    const outcome = this.#outcomes[rule];
    outcome.count += count;
    if (outcome.examples.length < MOST_EXAMPLES) outcome.examples.push(example());
  }

  /** Records a row that is left out. There may be millions: a call costs little once there are enough examples. */
  refuse(rule: Rule, file: string, line: number | null, reason: string, row: Uint8Array): void {
    const outcome = this.#outcomes[rule];
    outcome.count++;
    if (outcome.examples.length < MOST_EXAMPLES) outcome.examples.push({ file, line, reason });
    // Harmless rows may fill only half, to leave room for faulty ones.
    const most = RULES[rule] === "info" ? MOST_REFUSED_ROWS / 2 : MOST_REFUSED_ROWS;
    if (this.refused.length >= most) return;
    const text = new TextDecoder().decode(row.subarray(0, LONGEST_TEXT)).replace(/\r$/, "");
    this.refused.push({ file, line, rule, reason, text });
  }

  /** Overrides the usual severity of a rule. */
  setSeverity(rule: Rule, severity: Severity): void {
    this.#severities[rule] = severity;
  }

  /** Records that rules cannot be checked, because the input to compare with is missing. */
  skip(...rules: readonly Rule[]): void {
    for (const rule of rules) this.#unchecked.add(rule);
  }
}

/** A location as the subject of a sentence: `pr.series, line 3,` or `nation.json`. */
export function formatLocation({ file, line }: Pick<Example, "file" | "line">): string {
  return line === null ? file : `${file}, line ${line},`;
}
