import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import "../pulumiSdk";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Properties } from "../provider/resourceType";
import { loadProgram } from "./loadProgram";
import type { Project } from "./projectConfig";
import { type Registration, readRegistration, urnOf } from "./registration";

/** Replaces Pulumi's engine while a program runs. An error from any method ends the run. */
interface ProgramHost {
  /** Registers a resource, including the stack itself and components; returns its id and outputs. */
  register(registration: Registration): Promise<{ id?: string; outputs: Properties }>;
  /** Looks up a resource that the program reads with `.get`. */
  read(type: string, id: string): Promise<{ id: string; outputs: Properties }>;
  /** Calls a provider function such as `aws.getCallerIdentity`. */
  invoke(token: string, inputs: Properties): Promise<Properties>;
}

/**
 * Runs a project's unchanged Pulumi program in this process. Returns the program's outputs once every declared resource
 * is registered, including those that no output refers to.
 *
 * The first error stops the run: calls in progress end, and no new ones start. Errors are those of the host, those that
 * the program throws, and unhandled rejections. The program runs in its own folder, with freshly loaded modules. Only one
 * can run at a time, because the working directory belongs to the whole process.
 *
 * @throws the error, if there was one; an AggregateError, if there were several.
 */
export async function runProgram(project: Project, host: ProgramHost): Promise<Properties> {
  const run = new Run(host);
  const leave = enterProcess(project.directory, (error) => run.fail(error));
  try {
    return await withLocalStorage(() => run.execute(project));
  } finally {
    leave();
  }
}

/**
 * Limits Pulumi's settings, configuration and monitor to one run, as Pulumi's automation API does for inline programs;
 * missing from the type declarations.
 */
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state") as {
  withLocalStorage<T>(callback: () => Promise<T>): Promise<T>;
};

/** One run: its calls in progress and its errors. */
class Run {
  private readonly errors = new Set<unknown>();
  private readonly inProgress = new Set<Promise<unknown>>();
  private readonly stopped = Promise.withResolvers<undefined>();
  /** `<type>::<name>` of every declared resource, in declaration order. */
  private readonly declared = new Set<string>();

  constructor(private readonly host: ProgramHost) {}

  fail(error: unknown): void {
    this.errors.add(error);
    this.stopped.resolve(undefined);
  }

  async execute(project: Project): Promise<Properties> {
    await this.connect(project);
    const program = pulumi.runtime
      .runInPulumiStack(() => {
        this.recordDeclarations();
        return loadProgram(project);
      })
      .then(async (outputs) => {
        // Resolves after every registration, including those in an `apply`.
        await pulumi.runtime.disconnect();
        return outputs as Properties;
      })
      .catch((error: unknown) => this.fail(error));
    const outputs = await Promise.race([program, this.stopped.promise]);
    await Promise.allSettled(this.inProgress);
    // Node reports an unhandled rejection at the end of the turn.
    await nextTurn();
    const [error, ...more] = this.errors;
    if (more.length > 0) throw new AggregateError(this.errors, [...this.errors].map(String).join("\n"));
    if (this.errors.size > 0) throw error;
    return outputs ?? {};
  }

  /** Connects the host to Pulumi's mock monitor. Mocks get only part of a registration; the host gets all of it. */
  private async connect({ name, stack, config }: Project): Promise<void> {
    const current = new AsyncLocalStorage<Registration>();
    const formerUrns = new Map<string, string[]>();
    const { host } = this;
    await pulumi.runtime.setMocks(
      {
        call: ({ token, inputs }) => this.guarded(() => host.invoke(token, inputs)),
        newResource: ({ type, id }) =>
          this.guarded(async () => {
            const registration = current.getStore();
            const { id: resourceId, outputs } = registration
              ? await host.register(registration)
              : await host.read(type, id ?? "");
            return { id: resourceId, state: outputs };
          }),
      },
      name,
      stack,
      false,
      "organization",
    );
    pulumi.runtime.setAllConfig(config);
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.newUrn = urnOf;
    monitor.registerResource = (request, answer) => {
      const position = [...this.declared].indexOf(`${request.getType()}::${request.getName()}`);
      const registration = readRegistration(request, position, formerUrns.get(request.getParent()));
      formerUrns.set(registration.urn, registration.formerUrns);
      return current.run(registration, () => register(request, answer));
    };
  }

  /** Records declarations with a transformation, which sees every resource in declaration order and changes nothing. */
  private recordDeclarations(): void {
    pulumi.runtime.registerStackTransformation(({ type, name }) => {
      this.declared.add(`${type}::${name}`);
      return undefined;
    });
  }

  /** After a failure, the program gets no more responses: it would only fail again, further from the cause. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.errors.size > 0) return new Promise(() => {});
    const call = work();
    this.inProgress.add(call);
    try {
      return await call;
    } catch (error) {
      this.fail(error);
      return new Promise(() => {});
    } finally {
      this.inProgress.delete(call);
    }
  }
}

/** The two methods of Pulumi's MockMonitor that `connect` replaces. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterResourceRequest, answer: unknown): Promise<void>;
}

let isRunning = false;

/** Sets the working directory, and handles unhandled rejections. Returns a function that undoes both. */
function enterProcess(directory: string, fail: (error: unknown) => void): () => void {
  if (isRunning)
    throw new Error("A Pulumi program is already running in this process: wait until it has ended.");
  const before = process.cwd();
  process.chdir(directory);
  isRunning = true;
  const otherListeners = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", fail);
  const failStuck = () => {
    fail(
      new Error(
        "The program waits for something that never comes, such as a resource that depends on itself.",
      ),
    );
  };
  process.on("beforeExit", failStuck);
  return () => {
    process.off("beforeExit", failStuck);
    process.off("unhandledRejection", fail);
    for (const listener of otherListeners) process.on("unhandledRejection", listener);
    isRunning = false;
    process.chdir(before);
  };
}
