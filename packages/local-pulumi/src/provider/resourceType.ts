import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "@data-quest/local-aws/cloud";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import type { ObjectStore } from "./objectStore";

/** A resource's inputs or outputs by Pulumi's names. */
export type Properties = Record<string, unknown>;

/** A resource cannot be created here as declared; the message says which one, why, and what to do. */
export class ProviderError extends Error {
  override name = "ProviderError";
}

/** The resource's name, and the cloud that it lives in. */
interface Scope {
  /** The logical name. */
  name: string;
  cloud: Cloud;
  objects: ObjectStore;
}

/** A resource that exists in the cloud, as the state describes it. */
interface ExistingResource<Inputs> {
  id: string;
  inputs: Inputs;
  outputs: Properties;
}

/** How one of Pulumi's resource types is handled; see {@link resourceType}. */
interface ResourceDefinition<Schema extends z.ZodObject> {
  /** Every supported property; `ignored` marks those without effect. Any other property is an error. */
  inputs: Schema;
  /** The property that holds the physical name; generated if the program gives none. */
  physicalName?: { property: string; lowerCase?: boolean };
  /** Properties that AWS cannot change on an existing resource: a change replaces it. */
  replaceOn?: readonly string[];
  /** Creates the resource, or updates `previous` to `inputs`; safe to repeat. */
  put(
    inputs: z.output<Schema>,
    scope: Scope,
    previous?: ExistingResource<z.output<Schema>>,
  ): Promise<{ id: string; outputs?: Properties }>;
  delete(existing: ExistingResource<z.output<Schema>>, scope: Scope): Promise<void>;
  /**
   * The inputs that the cloud can report, with their current values; `undefined` if the resource is gone. Without this
   * method, the state is assumed to be current.
   */
  read?(
    existing: ExistingResource<z.output<Schema>>,
    scope: Scope,
  ): Promise<Actual<z.output<Schema>> | undefined>;
}

/** Inputs with the cloud's current values; `undefined` for an input that is not set there. */
type Actual<Inputs> = { [Key in keyof Inputs]?: Inputs[Key] | undefined };

/** A resource type as the provider uses it, independent of its inputs. */
export interface ResourceType {
  /** Every supported or ignored input. */
  readonly properties: readonly string[];
  readonly physicalName?: { property: string; lowerCase?: boolean };
  readonly replaceOn: readonly string[];
  /** Whether the provider's default tags apply to it. */
  readonly taggable: boolean;
  /** Why the type has no effect here; absent if it has one. */
  readonly noEffectReason?: string;
  /** @throws ProviderError that names every unsupported property and invalid value. */
  check(inputs: Properties, type: string, name: string): void;
  put(
    inputs: Properties,
    scope: Scope,
    previous?: ExistingResource<Properties>,
  ): Promise<{ id: string; outputs?: Properties }>;
  delete(existing: ExistingResource<Properties>, scope: Scope): Promise<void>;
  /** The inputs that differ from the state, with their current values; `undefined` if the resource is gone. */
  read(existing: ExistingResource<Properties>, scope: Scope): Promise<Properties | undefined>;
}

/** Creates a resource type from a definition, whose methods get parsed and typed inputs only. */
export function resourceType<Schema extends z.ZodObject>(
  definition: ResourceDefinition<Schema>,
): ResourceType {
  // The provider adds `tagsAll` to every resource that has `tags`.
  const schema = definition.inputs.extend({ tagsAll: z.unknown().optional() });
  const parse = (inputs: Properties) => schema.parse(inputs) as z.output<Schema>;
  const typed = (existing: ExistingResource<Properties>) => ({ ...existing, inputs: parse(existing.inputs) });
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
    delete: async (existing, scope) => definition.delete(typed(existing), scope),
    async read(existing, scope) {
      if (definition.read === undefined) return {};
      const { inputs } = typed(existing);
      const actual = await definition.read({ ...existing, inputs }, scope);
      return actual && changedInputs(existing.inputs, inputs as Properties, actual);
    },
  };
}

/** Whether the value at the path, or one that contains it, is a preview's placeholder for a value not yet known. */
function isUnknown(inputs: Properties, path: readonly PropertyKey[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return false;
  const value = Reflect.get(inputs, key);
  if (value === pulumi.runtime.unknownValue) return true;
  return typeof value === "object" && value !== null && isUnknown(value as Properties, rest);
}

/** The actual inputs that differ from the state's; a policy as JSON if the state has it as JSON. */
function changedInputs(before: Properties, parsed: Properties, actual: Properties): Properties {
  const changes = Object.entries(actual).filter(([key, value]) => !isDeepStrictEqual(parsed[key], value));
  return Object.fromEntries(
    changes.map(([key, value]) => [
      key,
      typeof before[key] === "string" && typeof value === "object" ? JSON.stringify(value) : value,
    ]),
  );
}

function inputError(type: string, name: string, error: z.ZodError): ProviderError {
  const lines = error.issues.flatMap((issue) => {
    const at = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") return [`${at}: ${issue.message}`];
    return issue.keys.map((key) => `${at === "" ? key : `${at}.${key}`}: not supported on the local cloud`);
  });
  return new ProviderError(
    `${type} '${name}' cannot be created on the local cloud:\n${lines.map((line) => `  - ${line}`).join("\n")}\n` +
      "To support a property, add it to the type's inputs in packages/local-pulumi/src/provider/, handled or ignored with a reason.",
    { cause: error },
  );
}
