import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "@data-quest/local-aws/cloud";
import { type Recorded, withoutAssets } from "./assets";
import { invoke } from "./invoke";
import { type ObjectStore, s3ObjectStore } from "./objectStore";
import { findResourceType } from "./registry";
import { type Properties, ProviderError, type ResourceType } from "./resourceType";

/**
 * What Pulumi's engine asks of a provider, narrowed to what this project needs: resource type → create, update,
 * delete, read on a cloud. {@link deploy} calls it in process; it maps one to one onto the methods of
 * `@pulumi/pulumi/provider`, for the real engine.
 *
 * `type` is Pulumi's token (`aws:s3/bucket:Bucket`), `name` the logical name. Inputs may hold Pulumi assets and
 * archives; what comes back out of a state holds their digests, see {@link Recorded}, instead.
 */
export interface ResourceProvider {
  /** Which cloud this is. Another one may have forgotten what a state says of it: every resource is put again. */
  readonly identity: string;
  /**
   * The inputs as they will be used: with the physical name and, as `tagsAll`, the tags with the default tags.
   *
   * @throws ProviderError for a type or a property that nobody handles, and for a value that cannot be.
   */
  check(type: string, name: string, inputs: Properties, defaultTags?: Record<string, string>): Properties;
  /** What changed between two sets of checked and inputs as `record` made them. */
  diff(type: string, previousInputs: Recorded, inputs: Recorded): Difference;
  create(type: string, name: string, inputs: Properties): Promise<ResourceState>;
  /** Safe to repeat; also puts back what the cloud lost. The id stays, unless the cloud had to give a new one. */
  update(type: string, name: string, previous: PreviousState, inputs: Properties): Promise<ResourceState>;
  delete(type: string, name: string, previous: PreviousState): Promise<void>;
  /**
   * A resource as it is in the cloud now, whoever changed it; nothing where it is gone. What the cloud does not tell is
   * as the state has it.
   */
  refresh(type: string, name: string, previous: PreviousState): Promise<PreviousState | undefined>;
  /**
   * Looks up a resource that the program did not declare.
   *
   * @throws ProviderError always: the local cloud holds only what programs declare.
   */
  read(type: string, id: string): Promise<ResourceState>;
  /** A function such as `aws.getCallerIdentity`, by its token. */
  invoke(token: string, inputs: Properties): Properties;
  /** Why a type has no effect here, for the types that are declared only. */
  declaredOnly(type: string): string | undefined;
}

export interface Difference {
  changes: boolean;
  /** The changed properties that AWS cannot change in place: the resource is made anew. */
  replaces: string[];
  /** The new one has the name of the old one, so that both cannot be there at a time. */
  deleteBeforeReplace?: true;
}

export interface ResourceState {
  id: string;
  /** Every input that is no asset, and what the cloud adds (`arn`, `url`, …). */
  outputs: Properties;
}

export interface PreviousState extends ResourceState {
  /** Checked, and as `record` made them. */
  inputs: Properties;
}

export interface ProviderOptions {
  /** Goes into physical names, so that the same stack gets the same names and two stacks do not collide. */
  stack: string;
  /** Names a cloud that keeps everything from start to start; without it each provider's cloud is a new one. */
  identity?: string;
  /** Where a `BucketObjectv2` goes; without it S3 at the cloud's endpoint, as its operator. */
  objects?: ObjectStore;
}

/** A provider that keeps its resources in this cloud. */
export function createProvider(cloud: Cloud, options: ProviderOptions): ResourceProvider {
  const { stack, identity = randomUUID(), objects = s3ObjectStore(cloud) } = options;
  const places = { cloud, objects };

  async function put(type: string, name: string, inputs: Properties, previous?: PreviousState) {
    const { id, outputs } = await findResourceType(type, name).put(inputs, { ...places, name }, previous);
    return { id, outputs: { ...withoutAssets(inputs), ...outputs, id } };
  }

  return {
    identity,
    check(type, name, inputs, defaultTags = {}) {
      const resourceType = findResourceType(type, name);
      const named = withPhysicalName(resourceType, stack, name, inputs);
      resourceType.check(named, type, name);
      return resourceType.taggable
        ? { ...named, tagsAll: { ...defaultTags, ...(inputs.tags as object | undefined) } }
        : named;
    },
    diff(type, previousInputs, inputs) {
      const changed = changedProperties(previousInputs, inputs);
      const { replaceOn, physicalName } = findResourceType(type, "");
      const replaces = changed.filter((key) => replaceOn.includes(key));
      const sameName = physicalName !== undefined && !replaces.includes(physicalName.property);
      return {
        changes: changed.length > 0,
        replaces,
        ...(replaces.length > 0 && sameName && { deleteBeforeReplace: true }),
      };
    },
    create: put,
    update: (type, name, previous, inputs) => put(type, name, inputs, previous),
    delete: (type, name, previous) => findResourceType(type, name).remove(previous, { ...places, name }),
    async refresh(type, name, previous) {
      const changes = await findResourceType(type, name).read(previous, { ...places, name });
      if (changes === undefined) return undefined;
      const { id, inputs, outputs } = previous;
      return { id, inputs: changed(inputs, changes), outputs: changed(outputs, changes) };
    },
    async read(type, id) {
      throw new ProviderError(
        `${type} ${id} cannot be looked up: the local cloud holds only what the program declares. Declare it.`,
      );
    },
    invoke: (token, inputs) => invoke(cloud, token, inputs),
    declaredOnly: (type) => findResourceType(type, "").declaredOnly,
  };
}

/** The properties that two sets of inputs do not agree in. */
export function changedProperties(before: Properties, after: Properties): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

/** The properties with the changes; one that is `undefined` now is left out. */
function changed(properties: Properties, changes: Properties): Properties {
  return Object.fromEntries(
    Object.entries({ ...properties, ...changes }).filter(([, value]) => value !== undefined),
  );
}

/** `<logical name>-<7 hex>` as Pulumi names things, but the same every time for a stack and name. */
function withPhysicalName(type: ResourceType, stack: string, name: string, inputs: Properties): Properties {
  const { property, lowerCase = false } = type.physicalName ?? {};
  if (property === undefined || inputs[property] !== undefined) return inputs;
  const suffix = createHash("sha256").update(`${stack}/${name}`).digest("hex").slice(0, 7);
  return { ...inputs, [property]: `${lowerCase ? name.toLowerCase() : name}-${suffix}` };
}
