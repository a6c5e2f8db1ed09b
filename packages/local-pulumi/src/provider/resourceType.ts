import { isDeepStrictEqual } from "node:util";
import type { Cloud, PolicyDocument } from "@data-quest/local-aws/cloud";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
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
  /**
   * The inputs as the cloud has them now, as far as it tells, or nothing where the cloud has no such resource any more.
   * Without it the state is believed.
   */
  read?(existing: Existing<z.output<Schema>>, scope: Scope): Promise<Actual<z.output<Schema>> | undefined>;
}

/** Inputs as the cloud has them; `undefined` where it has none. */
type Actual<Inputs> = { [Key in keyof Inputs]?: Inputs[Key] | undefined };

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
  /** The inputs that are no more as they were made, with what they are now; nothing where the resource is gone. */
  read(existing: Existing<Properties>, scope: Scope): Promise<Properties | undefined>;
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
      const issues = result.error?.issues.filter(({ path }) => !isUnknown(inputs, path)) ?? [];
      if (issues.length > 0) throw inputError(type, name, new z.ZodError(issues));
    },
    put: async (inputs, scope, previous) => definition.put(parse(inputs), scope, previous && typed(previous)),
    remove: async (existing, scope) => definition.remove(typed(existing), scope),
    async read(existing, scope) {
      if (definition.read === undefined) return {};
      const { inputs } = typed(existing);
      const actual = await definition.read({ ...existing, inputs }, scope);
      return actual && changesIn(existing.inputs, inputs as Properties, actual);
    },
  };
}

/** Whether the value at the path, or one around it, is known only after the deployment: a preview's placeholder. */
function isUnknown(inputs: Properties, path: readonly PropertyKey[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return false;
  const value = Reflect.get(inputs, key);
  if (value === pulumi.runtime.unknownValue) return true;
  return typeof value === "object" && value !== null && isUnknown(value as Properties, rest);
}

/** Of the actual inputs those that differ from what they were, a policy in JSON where it was. */
function changesIn(before: Properties, parsed: Properties, actual: Properties): Properties {
  const changes = Object.entries(actual).filter(([key, value]) => !isDeepStrictEqual(parsed[key], value));
  return Object.fromEntries(
    changes.map(([key, value]) => [
      key,
      typeof before[key] === "string" && typeof value === "object" ? JSON.stringify(value) : value,
    ]),
  );
}

/** The value, or nothing where it is only what AWS takes for an input that was not given. */
export function unlessDefault<T>(given: T | undefined, actual: T, otherwise: T): T | undefined {
  return given === undefined && actual === otherwise ? undefined : actual;
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

/** A policy that the cloud has, as an input. */
export function policyInput({ Version, Statement }: PolicyDocument) {
  return { Version, Statement: [...Statement] };
}

function inputError(type: string, name: string, error: z.ZodError): ProviderError {
  const lines = error.issues.flatMap((issue) => {
    const at = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") return [`${at}: ${issue.message}`];
    return issue.keys.map((key) => `${at === "" ? key : `${at}.${key}`}: nothing here understands it`);
  });
  return new ProviderError(
    `${type} '${name}' cannot be made on the local cloud:\n${lines.map((line) => `  - ${line}`).join("\n")}\n` +
      "A property that is missing here belongs to the type's inputs in packages/local-pulumi/src/provider/, handled or ignored with a reason.",
    { cause: error },
  );
}

/** `{ [key]: value }`, or nothing for `undefined`: for the cloud's optional fields. */
export function optional<Key extends string, Value>(key: Key, value: Value | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
