import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { type Context, expand, malformedVariable, matches, withoutVariables } from "./iamPatterns";

/** How one value of a policy is compared with one of the request. */
interface Comparison {
  /** What the policy's value has to be, in words. */
  expects: string;
  accepts(wanted: string): boolean;
  holds(wanted: string, found: string, context: Context): boolean;
}

/** A condition operator, e.g. `ForAllValues:StringNotLikeIfExists`, taken apart. */
export interface Operator {
  comparison: Comparison;
  negated: boolean;
  ifExists: boolean;
  set: "ForAllValues" | "ForAnyValue" | undefined;
}

const BOOLEAN: Comparison = {
  expects: "true or false",
  accepts: (wanted) => /^(true|false)$/i.test(wanted),
  holds: (wanted, found) => wanted.toLowerCase() === found.toLowerCase(),
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const COMPARISONS = new Map<string, Comparison>(
  Object.entries({
    StringEquals: text((wanted, found) => wanted === found),
    StringEqualsIgnoreCase: text((wanted, found) => wanted.toLowerCase() === found.toLowerCase()),
    StringLike: {
      expects: "text",
      accepts: hasGoodVariables,
      holds: (wanted, found, context) => matches(wanted, found, "text", context),
    },
    NumericEquals: number((found, wanted) => found === wanted),
    NumericLessThan: number((found, wanted) => found < wanted),
    NumericLessThanEquals: number((found, wanted) => found <= wanted),
    NumericGreaterThan: number((found, wanted) => found > wanted),
    NumericGreaterThanEquals: number((found, wanted) => found >= wanted),
    DateEquals: date((found, wanted) => found === wanted),
    DateLessThan: date((found, wanted) => found < wanted),
    DateLessThanEquals: date((found, wanted) => found <= wanted),
    DateGreaterThan: date((found, wanted) => found > wanted),
    DateGreaterThanEquals: date((found, wanted) => found >= wanted),
    Bool: BOOLEAN,
    BinaryEquals: {
      expects: "base64",
      accepts: (wanted) => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?$/.test(wanted),
      holds: (wanted, found) => wanted === found,
    },
    IpAddress: {
      expects: "an IP address or a range of them, e.g. 203.0.113.0/24",
      accepts: (wanted) => range(wanted) !== undefined,
      holds: (wanted, found) => isIP(found) !== 0 && range(wanted)?.check(found, family(found)) === true,
    },
    ArnEquals: arn(),
    ArnLike: arn(),
  } satisfies Record<string, Comparison>),
);

/** Negated operator → the one that it negates; there are no others. */
const NEGATIONS = new Map([
  ["StringNotEquals", "StringEquals"],
  ["StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"],
  ["StringNotLike", "StringLike"],
  ["NumericNotEquals", "NumericEquals"],
  ["DateNotEquals", "DateEquals"],
  ["NotIpAddress", "IpAddress"],
  ["ArnNotEquals", "ArnEquals"],
  ["ArnNotLike", "ArnLike"],
]);

/** The operator of this name, or nothing when IAM has none. `Null`, which compares no values, is not among them. */
export function operatorOf(name: string): Operator | undefined {
  const [, set, base = "", suffix] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const comparison = COMPARISONS.get(NEGATIONS.get(base) ?? base);
  return (
    comparison && {
      comparison,
      negated: NEGATIONS.has(base),
      ifExists: suffix !== undefined,
      set: set as Operator["set"],
    }
  );
}

/** What is wrong with a value for the operator, in words, or nothing. @throws nothing; an unknown operator is a fault. */
export function valueFault(name: string, value: unknown): string | undefined {
  const comparison = name === "Null" ? BOOLEAN : operatorOf(name)?.comparison;
  if (!comparison) return `there is no condition operator ${name}`;
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  return isScalar && comparison.accepts(String(value))
    ? undefined
    : `${name} needs ${comparison.expects}, not ${JSON.stringify(value)}`;
}

function text(same: (wanted: string, found: string) => boolean): Comparison {
  return {
    expects: "text",
    accepts: hasGoodVariables,
    holds(wanted, found, context) {
      const expanded = expand(wanted, context);
      return expanded !== undefined && same(expanded, found);
    },
  };
}

function hasGoodVariables(text: string): boolean {
  return malformedVariable(text) === undefined;
}

/** ArnEquals and ArnLike are the same. */
function arn(): Comparison {
  return {
    expects: "an ARN (six parts with colons between, wildcards within them)",
    accepts: (wanted) => hasGoodVariables(wanted) && isArn(wanted),
    holds: (wanted, found, context) => matches(wanted, found, "arn", context),
  };
}

function isArn(text: string): boolean {
  const plain = withoutVariables(text);
  return plain === "x" || /^arn(:[^:]*){4}:./.test(plain);
}

function number(compare: (found: number, wanted: number) => boolean): Comparison {
  return ordered("a number", compare, (text) =>
    /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN,
  );
}

function date(compare: (found: number, wanted: number) => boolean): Comparison {
  return ordered("a date (ISO 8601 with a time zone, or seconds since 1970)", compare, toMilliseconds);
}

const ISO_DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function toMilliseconds(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  return ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
}

/** NaN, which any other text becomes, is neither equal, nor less, nor greater. */
function ordered(
  expects: string,
  compare: (found: number, wanted: number) => boolean,
  parse: (text: string) => number,
): Comparison {
  return {
    expects,
    accepts: (wanted) => !Number.isNaN(parse(wanted)),
    holds: (wanted, found) => compare(parse(found), parse(wanted)),
  };
}

function range(text: string): BlockList | undefined {
  const [address = "", prefix] = text.split("/");
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (bits === 0 || !(length <= bits)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, length, family(address));
  return list;
}

function family(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
