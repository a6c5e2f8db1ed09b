import "../pulumiSdk";
import { digestAssets } from "../provider/assets";
import { defaultTags } from "../provider/awsProvider";
import { createProvider, type ResourceProvider } from "../provider/provider";
import { type Properties, ProviderError } from "../provider/resourceType";
import { noopCloud } from "./noopCloud";
import { readProject } from "./projectConfig";
import { type Registration, STACK_TYPE } from "./registration";
import { runProgram } from "./runProgram";

export interface PlanOptions {
  /** The folder that holds `Pulumi.yaml`. */
  directory: string;
  stack: string;
  /** Override the stack's values; a key without a namespace belongs to the project. */
  config?: Record<string, string>;
  /** Values for keys that the stack does not set. */
  fallbacks?: Record<string, string>;
}

export interface Plan {
  project: string;
  stack: string;
  /** In declaration order, but each after its dependencies. */
  resources: PlannedResource[];
  outputs: Properties;
}

export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  /** URN; absent directly below the stack. */
  parent?: string;
  /** URNs, sorted: referenced outputs, `dependsOn`, the parent and the provider, as Pulumi sends them to its engine. */
  dependencies: string[];
  protect: boolean;
  /** As the program gives them; each file as size and SHA-256, secrets as `[secret]`. */
  inputs: Properties;
  /** Why the local cloud cannot create the resource, or why it has no effect there; absent if it works locally. */
  localLimitation?: string;
}

/**
 * Runs the project's program without a cloud and returns every resource that it declares. Values that only a cloud knows
 * (ARNs, physical names) are generated, the same every time.
 *
 * @throws whatever the program throws, such as a settings error.
 */
export async function plan({ directory, stack, config, fallbacks }: PlanOptions): Promise<Plan> {
  const project = await readProject(directory, stack, config, fallbacks);
  const cloud = noopCloud(project.config["aws:region"] ?? "us-east-1");
  const provider = createProvider(cloud, {
    stack,
    objects: { put: async () => ({}), delete: async () => {} },
  });
  const planned: [position: number, PlannedResource][] = [];
  const tags = new Map<string, Record<string, string>>();
  const outputs = await runProgram(project, {
    async register(registration) {
      const { urn, type, inputs } = registration;
      if (type === STACK_TYPE) return { outputs: {} };
      const { localLimitation, ...created } = await create(
        provider,
        registration,
        tags.get(registration.provider ?? ""),
      );
      tags.set(urn, defaultTags(inputs));
      const resource = {
        ...(await describe(registration)),
        ...(localLimitation === undefined ? {} : { localLimitation }),
      };
      planned.push([registration.position, resource]);
      return created;
    },
    read: (type, id) => provider.read(type, id),
    invoke: async (token, inputs) => provider.invoke(token, inputs),
  });
  const declared = planned
    .sort(([a, x], [b, y]) => a - b || (x.urn < y.urn ? -1 : 1))
    .map(([, resource]) => resource);
  return { project: project.name, stack, resources: inDependencyOrder(declared), outputs };
}

/** Creates the resource with the local provider; an unsupported one gets generated outputs instead. */
async function create(
  provider: ResourceProvider,
  registration: Registration,
  tags?: Record<string, string>,
): Promise<{ id?: string; outputs: Properties; localLimitation?: string | undefined }> {
  const { type, name, inputs } = registration;
  if (!registration.custom && !registration.remote) return { outputs: {} };
  try {
    const created = await provider.create(type, name, provider.check(type, name, inputs, tags));
    return { ...created, localLimitation: provider.noEffectReason(type) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { id: name, outputs: { name, arn: `arn:aws:${type}:${name}` }, localLimitation: error.message };
  }
}

async function describe(registration: Registration): Promise<PlannedResource> {
  const { urn, type, name, parent, dependencies, protect, secrets } = registration;
  const shown = Object.entries(registration.inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  const inputs = await digestAssets(
    Object.fromEntries(shown.map(([key, value]) => [key, secrets.includes(key) ? "[secret]" : value])),
  );
  return { urn, type, name, ...(parent === undefined ? {} : { parent }), dependencies, protect, inputs };
}

/** Depth first, so that a resource's dependencies come right before it. */
function inDependencyOrder(declared: readonly PlannedResource[]): PlannedResource[] {
  const byUrn = new Map(declared.map((resource) => [resource.urn, resource]));
  const ordered = new Set<PlannedResource>();
  const visit = (resource: PlannedResource) => {
    if (ordered.has(resource)) return;
    for (const dependency of resource.dependencies.map((urn) => byUrn.get(urn)))
      if (dependency) visit(dependency);
    ordered.add(resource);
  };
  declared.forEach(visit);
  return [...ordered];
}
