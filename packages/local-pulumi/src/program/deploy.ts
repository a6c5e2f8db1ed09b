import "./pulumiSdk";
import { record } from "../provider/assets";
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
  /** Values that win over the stack's own; a key without a namespace is the project's. */
  config?: Record<string, string>;
  provider: ResourceProvider;
  /** Without it everything is created. */
  state?: StateStore;
  /** Told of every resource when it is done. */
  onResource?: (event: ResourceEvent) => void;
}

/** What was done to a resource, in the words of `pulumi up`. */
export type Operation = "create" | "update" | "replace" | "same" | "delete";

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
  /** What is there now, each after those that it depends on. */
  resources: StoredResource[];
  counts: Record<Operation, number>;
}

/** A resource could not be made, changed or deleted; `cause` is the cloud's own error. */
export class ResourceError extends Error {
  override name = "ResourceError";
  constructor(operation: string, { type, name }: { type: string; name: string }, cause: unknown) {
    super(`${operation} ${type} '${name}': ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/**
 * `pulumi up` in this process: runs the project's program and brings its resources about through the provider.
 *
 * With a state, a resource whose inputs changed (assets by their content) is updated, or replaced where it cannot be
 * changed; one that did not is left alone; one that the program declares no more is deleted at the end, the last made
 * first. Of the resource options `parent`, `dependsOn`, `provider`, `protect` and `aliases` count.
 *
 * @throws ResourceError, ProviderError or ProjectError; what the program throws, as it is; an AggregateError when
 * several things fail. The state then holds what was made, and nothing was deleted.
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
  await update.deleteTheRest();
  return { outputs, resources: update.resources(), counts: update.counts };
}

/** One deployment under way: what was there, what is there by now. */
class Update {
  readonly counts: Record<Operation, number> = { create: 0, update: 0, replace: 0, same: 0, delete: 0 };
  private readonly before: Map<string, StoredResource>;
  private readonly now = new Map<string, StoredResource>();
  private readonly condemned: StoredResource[];
  private readonly declared = new Set<string>();
  private readonly providerTags = new Map<string, Record<string, string>>();
  private saved: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: DeployOptions,
    before: readonly StoredResource[],
  ) {
    this.before = new Map(
      before.filter(({ condemned }) => !condemned).map((resource) => [resource.urn, resource]),
    );
    this.condemned = before.filter(({ condemned }) => condemned);
  }

  /** What is in the cloud by now, in the order in which it was made; last what is still to be deleted. */
  resources(): StoredResource[] {
    const rest = [...this.before.values()].filter(({ urn }) => !this.now.has(urn));
    return [...this.now.values(), ...rest, ...this.condemned];
  }

  async register(registration: Registration): Promise<{ id?: string; outputs: Properties }> {
    const { urn, type, name } = registration;
    if (type === STACK_TYPE) return { outputs: {} };
    if (this.declared.has(urn)) {
      throw new Error(
        `${type} '${name}' is declared twice below the same parent: give one of the two another name.`,
      );
    }
    this.declared.add(urn);
    this.renameFormer(registration);
    return this.timed(registration, async () => {
      const [operation, resource] = await this.createOrUpdate(registration);
      this.now.set(urn, resource);
      await this.save();
      return [operation, { id: resource.id, outputs: resource.outputs }];
    });
  }

  /** Deletes what the program declares no more, and what was replaced: the last made first. */
  async deleteTheRest(): Promise<void> {
    const { provider } = this.options;
    const gone = this.resources().filter(
      (resource) => resource.condemned || !this.declared.has(resource.urn),
    );
    for (const resource of gone.reverse()) {
      const { type, name } = resource;
      if (resource.protect)
        throw new ResourceError("delete", resource, "it is protected: declare it without 'protect' first");
      await this.timed(resource, async () => {
        if (resource.managed) await attempt("delete", resource, () => provider.delete(type, name, resource));
        if (resource.condemned) this.condemned.splice(this.condemned.indexOf(resource), 1);
        else this.before.delete(resource.urn);
        await this.save();
        return ["delete", undefined];
      });
    }
  }

  /** Finds a resource that was renamed or moved by its former URN, and keeps it under the new one. */
  private renameFormer({ urn, formerUrns }: Registration): void {
    const former = [urn, ...formerUrns]
      .map((known) => this.before.get(known))
      .find((found) => found !== undefined);
    if (former === undefined || former.urn === urn) return;
    this.before.delete(former.urn);
    this.before.set(urn, { ...former, urn });
  }

  private async createOrUpdate(registration: Registration): Promise<[Operation, StoredResource]> {
    const { urn, type, name, protect } = registration;
    const { provider } = this.options;
    const previous = this.before.get(urn);
    const base = { urn, type, name, protect, condemned: false, madeOn: provider.identity };
    if (!registration.custom && !registration.remote) {
      const component = { ...base, managed: false, id: "", inputs: {}, outputs: {} };
      return [previous === undefined ? "create" : "same", component];
    }
    const tags = this.providerTags.get(registration.provider ?? "");
    const inputs = provider.check(type, name, registration.inputs, tags);
    this.providerTags.set(urn, defaultTags(inputs));
    const recorded = await record(inputs);
    const made = { ...base, managed: true, inputs: recorded };
    if (previous === undefined) {
      return [
        "create",
        { ...made, ...(await attempt("create", made, () => provider.create(type, name, inputs))) },
      ];
    }
    const { changes, replaces } = provider.diff(type, previous.inputs, recorded);
    if (replaces.length > 0) {
      const state = await attempt("replace", made, () => provider.create(type, name, inputs));
      // The same id is the same thing in the cloud: there is nothing left of the former to delete.
      if (state.id !== previous.id) this.condemned.push({ ...previous, condemned: true });
      return ["replace", { ...made, ...state }];
    }
    if (changes || previous.madeOn !== provider.identity) {
      const state = await attempt("update", made, () => provider.update(type, name, previous, inputs));
      return ["update", { ...made, ...state }];
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
