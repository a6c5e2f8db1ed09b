import { CloudError } from "../cloud";
import { type Context, contextValue, hasVariable, matches } from "./iamPatterns";

/** Compares a policy's value with the request's. */
interface Comparison {
  /** Describes a valid policy value, for messages. */
  expects: string;
  accepts(wanted: string): boolean;
  holds(wanted: string, found: string): boolean;
}

/** A parsed condition operator, e.g. `StringNotLike`. */
interface Operator {
  comparison: Comparison;
  negated: boolean;
}

const BOOLEAN: Comparison = {
  expects: "true or false",
  accepts: (wanted) => /^(true|false)$/i.test(wanted),
  holds: (wanted, found) => wanted.toLowerCase() === found.toLowerCase(),
};
/** ArnEquals and ArnLike are the same. */
const ARN: Comparison = {
  expects: "an ARN (six parts with colons between, wildcards within them)",
  accepts: (wanted) => /^arn(:[^:]*){4}:./.test(wanted),
  holds: (wanted, found) => matches(wanted, found, "arn"),
};

const COMPARISONS = new Map<string, Comparison>([
  ["StringEquals", text((wanted, found) => wanted === found)],
  ["StringEqualsIgnoreCase", text((wanted, found) => wanted.toLowerCase() === found.toLowerCase())],
  ["StringLike", text((wanted, found) => matches(wanted, found, "text"))],
  ["ArnEquals", ARN],
  ["ArnLike", ARN],
  ["Bool", BOOLEAN],
  ...ordered("Numeric", "a number", (text) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN)),
  ...ordered("Date", "a date (ISO 8601 with a time zone, or seconds since 1970)", toMilliseconds),
]);

/** The operator with this name; undefined for unimplemented ones and for `Null`, which compares no values. */
export function operatorOf(name: string): Operator | undefined {
  const [, kind = "", negation] = /^(String|Arn|Numeric|Date)(Not)(?=Equals|Like)/.exec(name) ?? [];
  const comparison = COMPARISONS.get(negation ? kind + name.slice(kind.length + negation.length) : name);
  return comparison && { comparison, negated: negation !== undefined };
}

/**
 * Whether a Condition element holds. Every key of every operator must match: one of its values, or, if the operator is
 * negated, none of them. A key that the request lacks matches only negated operators and `Null: true`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html).
 *
 * @throws CloudError for an operator that {@link conditionFault} would have reported.
 */
export function conditionsHold(condition: unknown, context: Context): boolean {
  return Object.entries(Object(condition)).every(([name, keys]) =>
    Object.entries(Object(keys)).every(([key, wanted]) =>
      holds(name, asStrings(wanted), contextValue(context, key)),
    ),
  );
}

function holds(name: string, wanted: string[], found: string | undefined): boolean {
  if (name === "Null") return wanted.some((value) => value.toLowerCase() === String(found === undefined));
  const operator = operatorOf(name);
  if (!operator)
    throw new CloudError(`The condition operator ${name} is not implemented: correct the policy.`);
  const isMet = found !== undefined && wanted.some((value) => operator.comparison.holds(value, found));
  return isMet !== operator.negated;
}

/** Describes what is wrong with a Condition element; undefined if it is valid. */
export function conditionFault(condition: unknown): string | undefined {
  if (!isObject(condition)) return "its Condition is not an object of operators";
  for (const [name, keys] of Object.entries(condition)) {
    if (!isObject(keys)) return `${name} is not an object of condition keys`;
    for (const [key, values] of Object.entries(keys)) {
      const fault = [values]
        .flat()
        .map((value) => valueFault(name, value))
        .find(Boolean);
      if (fault) return `${fault} (key ${key})`;
    }
  }
  return undefined;
}

/** The values of a policy element, which is a single value or a list. */
export function asStrings(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}

function valueFault(name: string, value: unknown): string | undefined {
  const comparison = name === "Null" ? BOOLEAN : operatorOf(name)?.comparison;
  if (!comparison) return `the condition operator ${name} is not implemented`;
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  if (isScalar && hasVariable(String(value))) return `the policy variable in ${value} is not implemented`;
  return isScalar && comparison.accepts(String(value))
    ? undefined
    : `${name} needs ${comparison.expects}, not ${JSON.stringify(value)}`;
}

function text(holds: (wanted: string, found: string) => boolean): Comparison {
  return { expects: "text", accepts: () => true, holds };
}

/** The five comparisons of numbers or dates. Invalid text becomes NaN, which is never equal, less or greater. */
function ordered(kind: string, expects: string, parse: (text: string) => number): [string, Comparison][] {
  const accepts = (wanted: string) => !Number.isNaN(parse(wanted));
  const named = (
    suffix: string,
    compare: (found: number, wanted: number) => boolean,
  ): [string, Comparison] => [
    kind + suffix,
    { expects, accepts, holds: (wanted, found) => compare(parse(found), parse(wanted)) },
  ];
  return [
    named("Equals", (found, wanted) => found === wanted),
    named("LessThan", (found, wanted) => found < wanted),
    named("LessThanEquals", (found, wanted) => found <= wanted),
    named("GreaterThan", (found, wanted) => found > wanted),
    named("GreaterThanEquals", (found, wanted) => found >= wanted),
  ];
}

function toMilliseconds(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  return isDate ? Date.parse(text) : Number.NaN;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
