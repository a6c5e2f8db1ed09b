import { CloudError } from "../cloud";
import { operatorOf, valueFault } from "./iamOperators";
import { type Context, valuesOf } from "./iamPatterns";

/**
 * Whether a Condition element holds: every key of every operator, with any one of a key's values, or with none of them
 * when the operator is negated. A key that the request lacks meets only negated operators, `…IfExists`, `ForAllValues`
 * and `Null: true`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html).
 *
 * @throws CloudError for an operator that {@link conditionFault} would have told of.
 */
export function conditionsHold(condition: unknown, context: Context): boolean {
  return Object.entries(asObject(condition)).every(([name, keys]) =>
    Object.entries(asObject(keys)).every(([key, wanted]) =>
      holds(name, asStrings(wanted), valuesOf(context, key), context),
    ),
  );
}

function holds(name: string, wanted: string[], found: readonly string[], context: Context): boolean {
  if (name === "Null") return wanted.some((value) => value.toLowerCase() === String(found.length === 0));
  const operator = operatorOf(name);
  if (!operator) throw new CloudError(`There is no condition operator ${name}: correct the policy.`);
  const { comparison, negated, ifExists, set } = operator;
  if (ifExists && found.length === 0) return true;
  const suits = (one: string) => wanted.some((value) => comparison.holds(value, one, context)) !== negated;
  const needsAll = set ? set === "ForAllValues" : negated;
  return needsAll ? found.every(suits) : found.some(suits);
}

/** What is wrong with a Condition element, in words, or nothing. */
export function conditionFault(condition: unknown): string | undefined {
  if (!isObject(condition)) return "its Condition is no object of operators";
  for (const [name, keys] of Object.entries(condition)) {
    if (!isObject(keys)) return `${name} is no object of condition keys`;
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

/** The values of a policy's element, which is one or a list of them. */
export function asStrings(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
