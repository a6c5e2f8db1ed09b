import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Cloud } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { startAwsx } from "@data-quest/local-pulumi/engine/awsxServer";
import { type ProviderServer, serveProvider } from "@data-quest/local-pulumi/engine/providerServer";
import { loadProgram } from "@data-quest/local-pulumi/program/loadProgram";
import { createProvider, type ResourceProvider } from "@data-quest/local-pulumi/provider/provider";
import {
  type EngineEvent,
  LocalWorkspace,
  type OpType,
  type OutputMap,
  PulumiCommand,
  type Stack,
} from "@pulumi/pulumi/automation";
import { TYPESCRIPT } from "../../../tools/typescript/nodeArguments";
import { copyProject } from "../../support/projectCopy";

/** The real engine with a backend in a folder, and a cloud to deploy to. */
export interface Engine {
  cloud: Cloud;
  /** The copy of the project that is deployed. */
  directory: string;
  /** Creates a stack of the unchanged program with the settings of `Pulumi.<name>.yaml` and these. */
  openStack(name: string, settings: Record<string, string>, options?: StackOptions): Promise<EngineStack>;
  close(): Promise<void>;
}

interface StackOptions {
  /** The cloud to deploy to; the engine's by default. */
  cloud?: Cloud;
  /** Replaces the provider that the engine sees. */
  wrap?: (provider: ResourceProvider) => ResourceProvider;
}

/** What the engine did, or would do according to a preview. */
export interface Run {
  /** The engine's counts, e.g. `{ create: 51 }`, without operations that did not happen. */
  changes: Partial<Record<OpType, number>>;
  /** `<operation> <type> <name>` of each resource that changed, sorted. */
  steps: string[];
  /** The engine's closing lines joined, e.g. `Resources: + 51 created`. */
  summary: string;
}

export interface EngineStack {
  /** Environment variables with which the CLI finds the backend and the providers. */
  variables: Record<string, string>;
  preview(): Promise<Run>;
  up(): Promise<Run>;
  /** Updates the state from the cloud; with `previewOnly` the state stays unchanged. */
  refresh(options?: { previewOnly: boolean }): Promise<Run>;
  destroy(): Promise<Run>;
  set(settings: Record<string, string>): Promise<void>;
  outputs(): Promise<OutputMap>;
  /** The resources in the state, by URN. */
  state(): Promise<Map<string, StateResource>>;
  /** Exports the state, changes its resources, and imports it. */
  changeState(change: (resources: StateResource[]) => StateResource[]): Promise<void>;
  /** Deletes the stack's state, even if it still has resources. */
  remove(): Promise<void>;
}

export interface StateResource {
  urn: string;
  type: string;
  parent?: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** Starts the cloud, the providers and the engine, without stacks. @param cli path of the Pulumi CLI. */
export async function startEngine(cli: string): Promise<Engine> {
  const [home, copy, cloud, awsx] = await Promise.all([
    mkdtemp(path.join(tmpdir(), "data-quest-engine-")),
    copyProject({ built: true }),
    startCloud(),
    startAwsx(TYPESCRIPT),
  ]);
  const servers = [awsx];
  const [before, { PATH = "" }] = [process.cwd(), process.env];
  // The engine and the provider resolve the program's files by relative paths; the automation API finds the CLI on PATH.
  process.chdir(copy.directory);
  process.env.PATH = `${path.dirname(cli)}${path.delimiter}${PATH}`;
  return {
    cloud,
    directory: copy.directory,
    async openStack(name, settings, { cloud: target = cloud, wrap = unchanged }: StackOptions = {}) {
      const aws = await serveProvider(wrap(createProvider(target, { stack: name })));
      servers.push(aws);
      const variables = await environment(home, aws, awsx);
      const opened = engineStack(await initStack(name, copy.directory, variables), variables);
      await opened.set(settings);
      return opened;
    },
    async close() {
      process.chdir(before);
      process.env.PATH = PATH;
      await Promise.all([cloud.close(), ...servers.map((server) => server.close())]);
      await Promise.all([rm(home, { recursive: true }), copy.remove()]);
    },
  };
}

const unchanged = (provider: ResourceProvider) => provider;

async function environment(
  home: string,
  aws: ProviderServer,
  awsx: ProviderServer,
): Promise<Record<string, string>> {
  const backend = path.join(home, "backend");
  await mkdir(backend, { recursive: true });
  return {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_DEBUG_PROVIDERS: `aws:${aws.port},awsx:${awsx.port}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // This process serves the provider; without the variable, the CLI tries for seconds to download it.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

async function initStack(
  stackName: string,
  directory: string,
  envVars: Record<string, string>,
): Promise<Stack> {
  const program = () => loadProgram({ directory, program: path.join(directory, "index.ts") });
  return LocalWorkspace.createStack(
    { stackName, projectName: "data-quest", program },
    { workDir: directory, envVars, pulumiCommand: await PulumiCommand.get() },
  );
}

function engineStack(stack: Stack, variables: Record<string, string>): EngineStack {
  // After each operation the automation API would run the CLI three more times, for outputs and history, which no test
  // uses. That takes as long as the operation itself.
  const operationOnly: Stack = Object.assign(Object.create(stack), {
    outputs: async () => ({}),
    info: async () => undefined,
  });
  return {
    variables,
    preview: () => observe((onEvent) => operationOnly.preview({ onEvent })),
    up: () => observe((onEvent) => operationOnly.up({ onEvent })),
    refresh: ({ previewOnly } = { previewOnly: false }) =>
      observe((onEvent) =>
        previewOnly ? operationOnly.previewRefresh({ onEvent }) : operationOnly.refresh({ onEvent }),
      ),
    destroy: () => observe((onEvent) => operationOnly.destroy({ onEvent })),
    set: (settings) =>
      stack.setAllConfig(
        Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value }])),
      ),
    outputs: () => stack.outputs(),
    async state() {
      const { deployment } = await stack.exportStack();
      const resources: StateResource[] = deployment.resources ?? [];
      return new Map(resources.map((resource) => [resource.urn, resource]));
    },
    async changeState(change) {
      const { version, deployment } = await stack.exportStack();
      await stack.importStack({
        version,
        deployment: { ...deployment, resources: change(deployment.resources ?? []) },
      });
    },
    remove: () => stack.workspace.removeStack(stack.name, { force: true, preserveConfig: true }),
  };
}

/** Runs an operation, and collects the engine's events. */
async function observe(
  operation: (onEvent: (event: EngineEvent) => void) => Promise<{ stdout: string }>,
): Promise<Run> {
  const steps = new Set<string>();
  let changes: Run["changes"] = {};
  const { stdout } = await operation(({ resourcePreEvent, resOutputsEvent, summaryEvent }) => {
    for (const { metadata } of [resourcePreEvent, resOutputsEvent].filter((event) => event !== undefined)) {
      const { op, urn, type } = metadata;
      // `refresh` means only that the resource is read; a difference has its own event.
      if (op !== "same" && op !== "refresh") steps.add(`${op} ${type} ${urn.split("::").at(-1)}`);
    }
    if (summaryEvent) changes = summaryEvent.resourceChanges;
  });
  const [summary = ""] = /^Resources:\n(?: +.+\n?)+/m.exec(stdout) ?? [];
  return { changes, steps: [...steps].sort(), summary: summary.trim().replaceAll(/\s+/g, " ") };
}
