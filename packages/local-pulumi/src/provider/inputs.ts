import type { PolicyDocument } from "@data-quest/local-aws/cloud";
import * as z from "zod";

/** A property that accepts any value, because it changes nothing on this machine for the given reason. */
export function ignored(reason: string) {
  return z.unknown().optional().describe(reason);
}

/** Tags have no effect here, but they are part of the outputs. */
export const tags = z.record(z.string(), z.string()).optional();

/** An IAM policy, given as an object or as JSON. */
export const policyDocument = z
  .union([
    z.string().transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch (error) {
        context.addIssue(`should be a policy in JSON: ${(error as Error).message}`);
        return z.NEVER;
      }
    }),
    z.looseObject({}),
  ])
  .pipe(
    z.looseObject({
      Version: z.string(),
      Statement: z.union([
        z.array(z.record(z.string(), z.unknown())),
        z.record(z.string(), z.unknown()).transform((statement) => [statement]),
      ]),
    }),
  );

/** The cloud's policy as an input. */
export function policyInput({ Version, Statement }: PolicyDocument) {
  return { Version, Statement: [...Statement] };
}

/** The actual value; `undefined` if the input was not given and the value is AWS's default. */
export function unlessDefault<T>(given: T | undefined, actual: T, awsDefault: T): T | undefined {
  return given === undefined && actual === awsDefault ? undefined : actual;
}

/** `{ [key]: value }`, or `{}` for `undefined`: for the cloud's optional fields. */
export function optional<Key extends string, Value>(key: Key, value: Value | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
