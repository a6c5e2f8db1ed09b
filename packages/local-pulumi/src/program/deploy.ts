import "../pulumiSdk";
import { digestAssets } from "../provider/assets";
import { defaultTags } from "../provider/awsProvider";
import type { ResourceProvider } from "../provider/provider";
import type { Properties } from "../provider/resourceType";
import { readProject } from "./projectConfig";
import { type Registration, STACK_TYPE } from "./registration";
import { runProgram } from "./runProgram";
import type { StateStore, StoredResource } from "./stateStore";

export interface DeployOptions {
  /** The folder that holds `Pulumi.yaml`. */
  directory: string;
  stack: string;
  /** Override the stack's values; a key without a namespace belongs to the project. */
  config?: Record<string, string>;
  provider: ResourceProvider;
  /** Without it, everything is created. */
  state?: StateStore;
  /** Called for each finished resource; an error from it ends the deployment. */
  onResource?: (event: ResourceEvent) => void;
}

/** What happened to a resource, in `pulumi up`'s terms. */
type Operation = "create" | "update" | "replace" | "same" | "delete";

export interface ResourceEvent {
  operation: Operation;
  urn: string;
  type: string;
  name: string;
  durationMs: number;
}

export interface Deployment {
  /** The program's outputs, resolved. */
  outputs: Properties;
  /** The resources that exist now, each after its dependencies. */
  resources: StoredResource[];
  counts: Record<Operation, number>;
}

/** A resource could not be created, changed or deleted; `cause` is the cloud's own error. */
export class ResourceError extends Error {
  override name = "ResourceError";
  constructor(operation: string, { type, name }: { type: string; name: string }, cause: unknown) {
    super(`${operation} ${type} '${name}': ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/**
 * `pulumi up` in this process: runs the project's program and creates its resources with the provider.
 *
 * With a state, a resource is updated if its inputs changed (assets are compared by their content), or replaced if AWS
 * cannot change it in place; otherwise it is left alone. Resources that the program no longer declares are deleted at
 * the end, in reverse order of creation. Of the resource options, `parent`, `dependsOn`, `provider`, `protect` and
 * `aliases` are supported.
 *
 * @throws ResourceError, ProviderError, ProjectError, or whatever the program throws; an AggregateError if several things
 * fail. The state then contains what was created, and nothing was deleted.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { directory, stack, config, provider } = options;
  const project = await readProject(directory, stack, config);
  const update = new Update(options, (await options.state?.load()) ?? []);
  const outputs = await runProgram(project, {
    register: (registration) => update.register(registration),
    read: (type, id) => provider.read(type, id),
    invoke: async (token, inputs) => provider.invoke(token, inputs),
  });
  await update.deleteUndeclared();
  return { outputs, resources: update.resources(), counts: update.counts };
}

/** One deployment: the resources of the previous state, and those registered so far. */
class Update {
  readonly counts: Record<Operation, number> = { create: 0, update: 0, replace: 0, same: 0, delete: 0 };
  private readonly previous: Map<string, StoredResource>;
  private readonly current = new Map<string, StoredResource>();
  private readonly pendingDeletes: StoredResource[];
  private readonly declared = new Set<string>();
  private readonly defaultTags = new Map<string, Record<string, string>>();
  private saved: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: DeployOptions,
    state: readonly StoredResource[],
  ) {
    this.previous = new Map(
      state.filter(({ pendingDelete }) => !pendingDelete).map((resource) => [resource.urn, resource]),
    );
    this.pendingDeletes = state.filter(({ pendingDelete }) => pendingDelete);
  }

  /** What exists in the cloud now, in order of creation; resources that wait for their deletion come last. */
  resources(): StoredResource[] {
    const rest = [...this.previous.values()].filter(({ urn }) => !this.current.has(urn));
    return [...this.current.values(), ...rest, ...this.pendingDeletes];
  }

  async register(registration: Registration): Promise<{ id?: string; outputs: Properties }> {
    const { urn, type, name } = registration;
    if (type === STACK_TYPE) return { outputs: {} };
    if (this.declared.has(urn)) {
      throw new Error(`${type} '${name}' is declared twice below the same parent: rename one of the two.`);
    }
    this.declared.add(urn);
    this.renameFormer(registration);
    return this.timed(registration, async () => {
      const [operation, resource] = await this.apply(registration);
      this.current.set(urn, resource);
      await this.save();
      return [operation, { id: resource.id, outputs: resource.outputs }];
    });
  }

  /** Deletes resources that the program no longer declares or that were replaced, in reverse order of creation. */
  async deleteUndeclared(): Promise<void> {
    const { provider } = this.options;
    const undeclared = this.resources().filter(
      (resource) => resource.pendingDelete || !this.declared.has(resource.urn),
    );
    for (const resource of undeclared.reverse()) {
      const { type, name } = resource;
      if (resource.protect)
        throw new ResourceError("delete", resource, "it is protected: declare it without 'protect' first");
      await this.timed(resource, async () => {
        if (resource.managed) await attempt("delete", resource, () => provider.delete(type, name, resource));
        if (resource.pendingDelete) this.pendingDeletes.splice(this.pendingDeletes.indexOf(resource), 1);
        else this.previous.delete(resource.urn);
        await this.save();
        return ["delete", undefined];
      });
    }
  }

  /** Finds a resource that was renamed or moved by its former URN, and keeps it under the new one. */
  private renameFormer({ urn, formerUrns }: Registration): void {
    const former = [urn, ...formerUrns]
      .map((known) => this.previous.get(known))
      .find((found) => found !== undefined);
    if (former === undefined || former.urn === urn) return;
    this.previous.delete(former.urn);
    this.previous.set(urn, { ...former, urn });
  }

  /** Compares a registered resource with the previous state, and creates, updates or replaces it. */
  private async apply(registration: Registration): Promise<[Operation, StoredResource]> {
    const { urn, type, name, protect } = registration;
    const { provider } = this.options;
    const previous = this.previous.get(urn);
    const base = { urn, type, name, protect, pendingDelete: false, providerIdentity: provider.identity };
    if (!registration.custom && !registration.remote) {
      const component = { ...base, managed: false, id: "", inputs: {}, outputs: {} };
      return [previous === undefined ? "create" : "same", component];
    }
    const tags = this.defaultTags.get(registration.provider ?? "");
    const inputs = provider.check(type, name, registration.inputs, tags);
    this.defaultTags.set(urn, defaultTags(inputs));
    const resource = { ...base, managed: true, inputs: await digestAssets(inputs) };
    if (previous === undefined) {
      const state = await attempt("create", resource, () => provider.create(type, name, inputs));
      return ["create", { ...resource, ...state }];
    }
    const { changes, replaces } = provider.diff(type, previous.inputs, resource.inputs);
    if (replaces.length > 0) {
      const state = await attempt("replace", resource, () => provider.create(type, name, inputs));
      // With the same id, the new resource took the old one's place: there is nothing to delete.
      if (state.id !== previous.id) this.pendingDeletes.push({ ...previous, pendingDelete: true });
      return ["replace", { ...resource, ...state }];
    }
    if (changes || previous.providerIdentity !== provider.identity) {
      const state = await attempt("update", resource, () => provider.update(type, name, previous, inputs));
      return ["update", { ...resource, ...state }];
    }
    return ["same", { ...previous, protect }];
  }

  private async timed<T>(
    resource: { urn: string; type: string; name: string },
    work: () => Promise<[Operation, T]>,
  ) {
    const started = performance.now();
    const [operation, result] = await work();
    this.counts[operation] += 1;
    const { urn, type, name } = resource;
    this.options.onResource?.({ operation, urn, type, name, durationMs: performance.now() - started });
    return result;
  }

  private save(): Promise<void> {
    const resources = this.resources();
    this.saved = this.saved.then(() => this.options.state?.save(resources));
    return this.saved;
  }
}

/** @throws ResourceError with the operation and the resource, if the work fails. */
async function attempt<T>(
  operation: Operation,
  resource: { type: string; name: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ResourceError(operation, resource, error);
  }
}
