import { AsyncLocalStorage } from "node:async_hooks";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import "./pulumiSdk";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Properties } from "../provider/resourceType";
import type { Project } from "./projectConfig";
import { type Registration, readRegistration, urnOf } from "./registration";

/** What stands in for Pulumi's engine while a program runs. An error from any of these ends the run. */
export interface ProgramHost {
  /** Makes the resource (the stack itself and components too) and says what became of it. */
  register(registration: Registration): Promise<{ id?: string; outputs: Properties }>;
  /** Looks up a resource that the program reads with `.get`. */
  read(type: string, id: string): Promise<{ id: string; outputs: Properties }>;
  /** Answers a provider function such as `aws.getCallerIdentity`. */
  invoke(token: string, inputs: Properties): Promise<Properties>;
}

/**
 * Runs a project's unchanged Pulumi program in this process and returns its outputs, when every resource that it
 * declared is registered, also those that no output refers to.
 *
 * The first error stops it: what is under way ends, nothing new begins. Errors are those of the host, what the
 * program throws, and promises that it leaves rejected. The program runs in its own folder, with its modules loaded
 * anew; one runs at a time, because the working directory belongs to the whole process.
 *
 * @throws the error itself when there was one, an AggregateError of all when there were several.
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
 * Pulumi's settings, configuration and monitor for one run only, as its own automation API has them for inline
 * programs; the type declarations leave it out.
 */
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state") as {
  withLocalStorage<T>(callback: () => Promise<T>): Promise<T>;
};

/** One run: what is under way, and what went wrong. */
class Run {
  private readonly errors = new Set<unknown>();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly stopped = Promise.withResolvers<undefined>();
  /** `<type>::<name>` of what the program declares, in its order. */
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
        this.noteDeclarations();
        return loadProgram(project);
      })
      .then(async (outputs) => {
        // Resolves when every registration did, those out of other resources' outputs too.
        await pulumi.runtime.disconnect();
        return outputs as Properties;
      })
      .catch((error: unknown) => this.fail(error));
    const outputs = await Promise.race([program, this.stopped.promise]);
    await Promise.allSettled(this.underWay);
    // Node reports a rejection that nobody handles at the end of the turn.
    await nextTurn();
    const [error, ...more] = this.errors;
    if (more.length > 0) throw new AggregateError(this.errors, [...this.errors].map(String).join("\n"));
    if (this.errors.size > 0) throw error;
    return outputs ?? {};
  }

  /** Puts the host behind Pulumi's mock monitor, which passes on less of a registration than there is. */
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
            const made = registration ? await host.register(registration) : await host.read(type, id ?? "");
            return { id: made.id, state: made.outputs };
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

  /** A transformation sees each resource as it is declared; this one transforms nothing. */
  private noteDeclarations(): void {
    pulumi.runtime.registerStackTransformation(({ type, name }) => {
      this.declared.add(`${type}::${name}`);
      return undefined;
    });
  }

  /** After a failure the program gets no answer any more: it would only fail again, further from the cause. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.errors.size > 0) return new Promise(() => {});
    const working = work();
    this.underWay.add(working);
    try {
      return await working;
    } catch (error) {
      this.fail(error);
      return new Promise(() => {});
    } finally {
      this.underWay.delete(working);
    }
  }
}

/** The two methods of Pulumi's MockMonitor that are replaced. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterResourceRequest, answer: unknown): Promise<void>;
}

let occupied = false;

/** Takes the process for a run: its folder, and its unhandled rejections. Returns how to give it back. */
function enterProcess(directory: string, fail: (error: unknown) => void): () => void {
  if (occupied)
    throw new Error("A Pulumi program is running in this process already: wait until it has ended.");
  const before = process.cwd();
  process.chdir(directory);
  occupied = true;
  const others = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", fail);
  const stuck = () => {
    fail(
      new Error(
        "The program waits for something that never comes, such as a resource that depends on itself.",
      ),
    );
  };
  process.on("beforeExit", stuck);
  return () => {
    process.off("beforeExit", stuck);
    process.off("unhandledRejection", fail);
    for (const listener of others) process.on("unhandledRejection", listener);
    occupied = false;
    process.chdir(before);
  };
}

/** Loads the program as Pulumi's language host does: its exports are the outputs, or what the exported function returns. */
export async function loadProgram({
  directory,
  program,
}: Pick<Project, "directory" | "program">): Promise<Properties> {
  forgetModules(directory);
  const exported: Properties | (() => Promise<Properties>) = require(program);
  return typeof exported === "function" ? exported() : exported;
}

/** Makes the project's own modules load anew, but for its tools and tests, which run the program and are no part of it. */
function forgetModules(directory: string): void {
  for (const file of Object.keys(require.cache)) {
    const [first = "", ...rest] = path.relative(directory, file).split(path.sep);
    const outside = first === ".." || path.isAbsolute(first);
    if (outside || [first, ...rest].includes("node_modules") || first === "local" || first === "test")
      continue;
    delete require.cache[file];
  }
}
