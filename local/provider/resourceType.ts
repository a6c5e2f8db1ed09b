import * as z from "zod";
import type { Cloud } from "../cloud/cloud";
import type { ObjectStore } from "./objectStore";

/** A resource's inputs or outputs by Pulumi's names. */
export type Properties = Record<string, unknown>;

/** A resource that cannot be made here as declared; the message says which, why, and what to do. */
export class ProviderError extends Error {
  override name = "ProviderError";
}

/** Which resource it is, and where it lives. */
export interface Scope {
  /** The logical name. */
  name: string;
  cloud: Cloud;
  objects: ObjectStore;
}

/** A resource as it is in the cloud now. */
export interface Existing<Inputs> {
  id: string;
  inputs: Inputs;
  outputs: Properties;
}

/** What a handler declares about one Pulumi resource type; see {@link resourceType}. */
export interface Definition<Schema extends z.ZodObject> {
  /** Every property that is understood, or {@link ignored} for a reason. Any other is an error. */
  inputs: Schema;
  /** The property that holds the physical name, made up where the program gives none. */
  physicalName?: { property: string; lowerCase?: boolean };
  /** Properties that AWS cannot change on what exists. */
  replaceOn?: readonly string[];
  /** Creates it, or brings `previous` to `inputs`; safe to repeat. */
  put(
    inputs: z.output<Schema>,
    scope: Scope,
    previous?: Existing<z.output<Schema>>,
  ): Promise<{ id: string; outputs?: Properties }>;
  remove(existing: Existing<z.output<Schema>>, scope: Scope): Promise<void>;
}

/** A resource type as the provider uses it, whatever its inputs. */
export interface ResourceType {
  /** Every input that is understood or ignored. */
  readonly properties: readonly string[];
  readonly physicalName?: { property: string; lowerCase?: boolean };
  readonly replaceOn: readonly string[];
  /** Whether the provider's default tags count for it. */
  readonly taggable: boolean;
  /** Why it has no effect here. */
  readonly declaredOnly?: string;
  /** @throws ProviderError naming every property that is not understood or has a value that cannot be. */
  check(inputs: Properties, type: string, name: string): void;
  put(
    inputs: Properties,
    scope: Scope,
    previous?: Existing<Properties>,
  ): Promise<{ id: string; outputs?: Properties }>;
  remove(existing: Existing<Properties>, scope: Scope): Promise<void>;
}

/** Makes a resource type of a definition: its put and remove see checked and typed inputs only. */
export function resourceType<Schema extends z.ZodObject>(definition: Definition<Schema>): ResourceType {
  // `tagsAll` is the provider's own, added to whatever has `tags`.
  const schema = definition.inputs.extend({ tagsAll: z.unknown().optional() });
  const parse = (inputs: Properties) => schema.parse(inputs) as z.output<Schema>;
  const typed = (existing: Existing<Properties>) => ({ ...existing, inputs: parse(existing.inputs) });
  return {
    properties: Object.keys(definition.inputs.shape),
    ...(definition.physicalName && { physicalName: definition.physicalName }),
    replaceOn: definition.replaceOn ?? [],
    taggable: "tags" in definition.inputs.shape,
    check(inputs, type, name) {
      const result = definition.inputs.safeParse(inputs);
      if (!result.success) throw inputError(type, name, result.error);
    },
    put: async (inputs, scope, previous) => definition.put(parse(inputs), scope, previous && typed(previous)),
    remove: async (existing, scope) => definition.remove(typed(existing), scope),
  };
}

/** A property that may have any value, because it changes nothing on this machine: the reason is said. */
export function ignored(reason: string) {
  return z.unknown().optional().describe(reason);
}

/** Tags have no effect here; they are part of the outputs. */
export const tags = z.record(z.string(), z.string()).optional();

/** An IAM policy, given as an object or, as nearly everywhere, as JSON. */
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

function inputError(type: string, name: string, error: z.ZodError): ProviderError {
  const lines = error.issues.flatMap((issue) => {
    const at = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") return [`${at}: ${issue.message}`];
    return issue.keys.map((key) => `${at === "" ? key : `${at}.${key}`}: nothing here understands it`);
  });
  return new ProviderError(
    `${type} '${name}' cannot be made on the local cloud:\n${lines.map((line) => `  - ${line}`).join("\n")}\n` +
      "A property that is missing here belongs to the type's inputs in local/provider/, handled or ignored with a reason.",
    { cause: error },
  );
}

/** `{ [key]: value }`, or nothing for `undefined`: for the cloud's optional fields. */
export function optional<Key extends string, Value>(key: Key, value: Value | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
