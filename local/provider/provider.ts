import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "../cloud/cloud";
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
  /** The cloud changes through this provider alone, so what the state says is so. Without a state it is an error. */
  read(type: string, id: string, previous?: PreviousState): Promise<ResourceState>;
  /** A function such as `aws.getCallerIdentity`, by its token. */
  invoke(token: string, inputs: Properties): Properties;
  /** Why a type has no effect here, for the types that are declared only. */
  declaredOnly(type: string): string | undefined;
}

export interface Difference {
  changes: boolean;
  /** The changed properties that AWS cannot change in place: the resource is made anew. */
  replaces: string[];
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
      const keys = [...new Set([...Object.keys(previousInputs), ...Object.keys(inputs)])];
      const changed = keys.filter((key) => !isDeepStrictEqual(previousInputs[key], inputs[key]));
      const { replaceOn } = findResourceType(type, "");
      return { changes: changed.length > 0, replaces: changed.filter((key) => replaceOn.includes(key)) };
    },
    create: put,
    update: (type, name, previous, inputs) => put(type, name, inputs, previous),
    delete: (type, name, previous) => findResourceType(type, name).remove(previous, { ...places, name }),
    async read(type, id, previous) {
      if (previous !== undefined) return { id: previous.id, outputs: previous.outputs };
      throw new ProviderError(
        `${type} ${id} cannot be looked up: the local cloud holds only what the program declares. Declare it.`,
      );
    },
    invoke: (token, inputs) => invoke(cloud, token, inputs),
    declaredOnly: (type) => findResourceType(type, "").declaredOnly,
  };
}

/** `<logical name>-<7 hex>` as Pulumi names things, but the same every time for a stack and name. */
function withPhysicalName(type: ResourceType, stack: string, name: string, inputs: Properties): Properties {
  const { property, lowerCase = false } = type.physicalName ?? {};
  if (property === undefined || inputs[property] !== undefined) return inputs;
  const suffix = createHash("sha256").update(`${stack}/${name}`).digest("hex").slice(0, 7);
  return { ...inputs, [property]: `${lowerCase ? name.toLowerCase() : name}-${suffix}` };
}
