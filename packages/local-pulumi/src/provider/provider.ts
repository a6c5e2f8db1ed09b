import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "@data-quest/local-aws/cloud";
import { type DigestedInputs, withoutAssets } from "./assets";
import { invoke } from "./invoke";
import { type ObjectStore, s3ObjectStore } from "./objectStore";
import { findResourceType } from "./registry";
import { type Properties, ProviderError, type ResourceType } from "./resourceType";

/**
 * The part of Pulumi's provider interface that this project needs: create, update, delete and read for each resource
 * type, on a cloud. `deploy` calls it in process; `serveProvider` offers its methods to the real engine.
 *
 * `type` is Pulumi's token (`aws:s3/bucket:Bucket`), `name` the logical name. Inputs may contain Pulumi assets and
 * archives; inputs from a state contain digests instead, see {@link DigestedInputs}.
 */
export interface ResourceProvider {
  /** Identifies the cloud. If a state was written on another one, every resource is put again. */
  readonly identity: string;
  /**
   * Completes the inputs: adds the physical name and, as `tagsAll`, the tags merged with the default tags.
   *
   * @throws ProviderError for an unsupported type or property, and for an invalid value.
   */
  check(type: string, name: string, inputs: Properties, defaultTags?: Record<string, string>): Properties;
  /** Compares two sets of inputs, both checked and digested. */
  diff(type: string, previousInputs: DigestedInputs, inputs: DigestedInputs): DiffResult;
  create(type: string, name: string, inputs: Properties): Promise<ResourceState>;
  /** Safe to repeat; also restores what the cloud lost. The id stays, unless the cloud had to assign a new one. */
  update(type: string, name: string, previous: PreviousState, inputs: Properties): Promise<ResourceState>;
  delete(type: string, name: string, previous: PreviousState): Promise<void>;
  /**
   * The resource's current state in the cloud, including changes that Pulumi did not make; `undefined` if it is gone.
   * Values that the cloud does not report are taken from the state.
   */
  refresh(type: string, name: string, previous: PreviousState): Promise<PreviousState | undefined>;
  /**
   * Looks up a resource that the program did not declare.
   *
   * @throws ProviderError always: the local cloud holds only what programs declare.
   */
  read(type: string, id: string): Promise<ResourceState>;
  /** Calls a provider function such as `aws.getCallerIdentity`, by its token. */
  invoke(token: string, inputs: Properties): Properties;
  /** Why a type has no effect here; `undefined` if it has one. */
  noEffectReason(type: string): string | undefined;
}

interface DiffResult {
  changes: boolean;
  /** The changed properties that AWS cannot change in place: the resource is replaced. */
  replaces: string[];
  /** The new resource has the old one's name, so both cannot exist at the same time. */
  deleteBeforeReplace?: true;
}

interface ResourceState {
  id: string;
  /** Every input that is not an asset, and the values that the cloud adds (`arn`, `url`, …). */
  outputs: Properties;
}

export interface PreviousState extends ResourceState {
  /** Checked and digested. */
  inputs: Properties;
}

interface ProviderOptions {
  /** Part of physical names: the same stack gets the same names, and two stacks do not collide. */
  stack: string;
  /** Names a cloud that keeps its resources between starts; by default each provider's cloud counts as a new one. */
  identity?: string;
  /** Where a `BucketObjectv2` goes; by default S3 at the cloud's endpoint, as its operator. */
  objects?: ObjectStore;
}

/** A provider that keeps its resources in this cloud. */
export function createProvider(cloud: Cloud, options: ProviderOptions): ResourceProvider {
  const { stack, identity = randomUUID(), objects = s3ObjectStore(cloud) } = options;

  async function put(type: string, name: string, inputs: Properties, previous?: PreviousState) {
    const scope = { cloud, objects, name };
    const { id, outputs } = await findResourceType(type, name).put(inputs, scope, previous);
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
    delete: (type, name, previous) => findResourceType(type, name).delete(previous, { cloud, objects, name }),
    async refresh(type, name, previous) {
      const changes = await findResourceType(type, name).read(previous, { cloud, objects, name });
      if (changes === undefined) return undefined;
      const { id, inputs, outputs } = previous;
      return { id, inputs: withChanges(inputs, changes), outputs: withChanges(outputs, changes) };
    },
    async read(type, id) {
      throw new ProviderError(
        `${type} ${id} cannot be looked up: the local cloud holds only what the program declares. Declare it.`,
      );
    },
    invoke: (token, inputs) => invoke(cloud, token, inputs),
    noEffectReason: (type) => findResourceType(type, "").noEffectReason,
  };
}

/** The keys whose values differ between two sets of inputs. */
export function changedProperties(before: Properties, after: Properties): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

/** The properties with the changes applied; those that are now `undefined` are left out. */
function withChanges(properties: Properties, changes: Properties): Properties {
  return Object.fromEntries(
    Object.entries({ ...properties, ...changes }).filter(([, value]) => value !== undefined),
  );
}

/** Adds `<logical name>-<7 hex>` as Pulumi does, but the same every time for a stack and a name. */
function withPhysicalName(type: ResourceType, stack: string, name: string, inputs: Properties): Properties {
  const { property, lowerCase = false } = type.physicalName ?? {};
  if (property === undefined || inputs[property] !== undefined) return inputs;
  const suffix = createHash("sha256").update(`${stack}/${name}`).digest("hex").slice(0, 7);
  return { ...inputs, [property]: `${lowerCase ? name.toLowerCase() : name}-${suffix}` };
}
