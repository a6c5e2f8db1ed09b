import "./pulumiSdk";
import { record } from "../provider/assets";
import { defaultTags } from "../provider/awsProvider";
import { createProvider, type ResourceProvider } from "../provider/provider";
import { type Properties, ProviderError } from "../provider/resourceType";
import { dryCloud } from "./dryCloud";
import { readProject } from "./projectConfig";
import { type Registration, STACK_TYPE } from "./registration";
import { runProgram } from "./runProgram";

export interface PlanOptions {
  /** The folder that holds `Pulumi.yaml`. */
  directory: string;
  stack: string;
  /** Values that win over the stack's own; a key without a namespace is the project's. */
  config?: Record<string, string>;
  /** Values for keys that the stack leaves open. */
  fallbacks?: Record<string, string>;
}

export interface Plan {
  project: string;
  stack: string;
  /** As the program declares them, but each after all that it depends on. */
  resources: PlannedResource[];
  outputs: Properties;
}

export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  /** URN; absent directly below the stack. */
  parent?: string;
  /** URNs, sorted: outputs that the inputs refer to, `dependsOn`, the parent and the provider, as Pulumi tells its engine. */
  dependencies: string[];
  protect: boolean;
  /** As the program gives them; assets and archives by size and SHA-256 of each file, secrets as `[secret]`. */
  inputs: Properties;
  /** What keeps the local cloud from making it, or from doing anything with it; absent where it runs locally. */
  notLocal?: string;
}

/**
 * Runs the project's program without any cloud and returns every resource that it declares. Values that only a cloud
 * knows (ARNs, physical names) are made up, the same every time.
 *
 * @throws what the program throws, such as a settings error, as it is.
 */
export async function plan({ directory, stack, config, fallbacks }: PlanOptions): Promise<Plan> {
  const project = await readProject(directory, stack, config, fallbacks);
  const cloud = dryCloud(project.config["aws:region"] ?? "us-east-1");
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
      const { notLocal, ...made } = await make(provider, registration, tags.get(registration.provider ?? ""));
      tags.set(urn, defaultTags(inputs));
      const resource = { ...(await describe(registration)), ...(notLocal === undefined ? {} : { notLocal }) };
      planned.push([registration.position, resource]);
      return made;
    },
    read: (type, id) => provider.read(type, id),
    invoke: async (token, inputs) => provider.invoke(token, inputs),
  });
  const declared = planned
    .sort(([a, x], [b, y]) => a - b || (x.urn < y.urn ? -1 : 1))
    .map(([, resource]) => resource);
  return { project: project.name, stack, resources: inDependencyOrder(declared), outputs };
}

/** Makes it with the local provider; what that cannot make gets its inputs back, an id and an ARN. */
async function make(
  provider: ResourceProvider,
  registration: Registration,
  tags?: Record<string, string>,
): Promise<{ id?: string; outputs: Properties; notLocal?: string | undefined }> {
  const { type, name, inputs } = registration;
  if (!registration.custom && !registration.remote) return { outputs: {} };
  try {
    const made = await provider.create(type, name, provider.check(type, name, inputs, tags));
    return { ...made, notLocal: provider.declaredOnly(type) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { id: name, outputs: { name, arn: `arn:aws:${type}:${name}` }, notLocal: error.message };
  }
}

async function describe(registration: Registration): Promise<PlannedResource> {
  const { urn, type, name, parent, dependencies, protect, secrets } = registration;
  const shown = Object.entries(registration.inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  const inputs = await record(
    Object.fromEntries(shown.map(([key, value]) => [key, secrets.includes(key) ? "[secret]" : value])),
  );
  return { urn, type, name, ...(parent === undefined ? {} : { parent }), dependencies, protect, inputs };
}

/** Depth first, so that what a resource depends on comes right before it. */
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
