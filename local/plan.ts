import path from "node:path";
import { program as commandLine } from "commander";
import { endQuietlyWithReader } from "./output";
import { dryCloud } from "./program/dryCloud";
import { readProject } from "./program/projectConfig";
import { type Registration, STACK_TYPE } from "./program/registration";
import { runProgram } from "./program/runProgram";
import { record } from "./provider/assets";
import { defaultTags } from "./provider/awsProvider";
import { createProvider, type ResourceProvider } from "./provider/provider";
import { type Properties, ProviderError } from "./provider/resourceType";

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

/** One line a resource, cut to `width` characters, and a summary. */
export function formatPlan({ project, stack, resources }: Plan, width: number): string {
  const rows = resources.map(({ type, name, inputs, protect }) => ({
    type: shortType(type),
    name,
    inputs: [
      ...(protect ? ["protected"] : []),
      ...Object.entries(inputs).map(([key, value]) => `${key}=${inShort(value)}`),
    ],
  }));
  const columns = [
    Math.max(...rows.map(({ type }) => type.length)),
    Math.max(...rows.map(({ name }) => name.length)),
  ];
  const lines = rows.map(({ type, name, inputs }) => {
    const line =
      `${type.padEnd(columns[0] ?? 0)}  ${name.padEnd(columns[1] ?? 0)}  ${inputs.join(" ")}`.trimEnd();
    return line.length > width ? `${line.slice(0, width - 1)}…` : line;
  });
  const reasons = new Map(
    resources.flatMap(({ type, notLocal }) => (notLocal ? [[shortType(type), notLocal]] : [])),
  );
  const notes = [...reasons].map(([type, reason]) => `  ${type}: ${reason}`);
  return [
    `${project}, stack ${stack}: ${resources.length} resources, each after those that it depends on`,
    "",
    ...lines,
    ...(notes.length > 0 ? ["", "Without effect on the local cloud:", ...notes] : []),
  ].join("\n");
}

/** `aws:s3/bucket:Bucket` → `aws:s3:Bucket`, as in Pulumi's own programs. */
function shortType(type: string): string {
  return type.replace(/\/[^:]+:/, ":");
}

function inShort(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "archive" in value) {
    return Object.keys(value.archive as object).join("+");
  }
  return JSON.stringify(value);
}

/** What each user has to set, so that a fresh checkout has a plan too. */
const OPEN = { contact: "you@example.com" };

async function main(): Promise<void> {
  endQuietlyWithReader(process.stdout);
  commandLine
    .name("npm run plan --")
    .description("Prints every resource that the program declares, with its inputs. Needs no cloud.")
    .option("--stack <name>", "the stack whose Pulumi.<name>.yaml is used", "dev")
    .option(
      "--config <key=value...>",
      "values that win over the stack's own, e.g. contact=you@example.com",
      [],
    )
    .option("--json", "everything, as JSON: all inputs, dependencies and outputs")
    .parse();
  const { stack, config, json } = commandLine.opts<{ stack: string; config: string[]; json?: true }>();
  const made = await plan({
    directory: path.dirname(__dirname),
    stack,
    config: parseConfig(config),
    fallbacks: OPEN,
  });
  console.log(json ? JSON.stringify(made, null, 2) : formatPlan(made, process.stdout.columns ?? 160));
}

function parseConfig(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new Error(`--config ${pair} should be <key>=<value>.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
