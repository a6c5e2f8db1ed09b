import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { messageOf } from "../../../functions/shared/errors";
import { TYPESCRIPT } from "../../typescript/nodeArguments";

/** The functions of a helper process, by name; arguments and results are plain data. */
type Methods = Record<string, (argument: never) => Promise<unknown>>;

interface Call {
  id: number;
  method: string;
  argument: unknown;
}
type Answer = { id: number; result: unknown } | { id: number; error: string };

/**
 * A separate process for work that a benchmark needs but must not measure: its CPU time and memory count neither for
 * the subject nor for the measuring process.
 */
export class HelperProcess<M extends Methods> {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  /** @param file TypeScript module that calls {@link serve}. */
  constructor(file: string) {
    this.#child = fork(file, { execArgv: [...TYPESCRIPT] });
    this.#child.on("message", (answer: Answer) => {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if ("error" in answer) pending?.reject(new Error(answer.error));
      else pending?.resolve(answer.result);
    });
    this.#child.once("exit", (code, signal) => {
      const error = new Error(`The helper process ${file} ended with ${signal ?? `exit status ${code}`}.`);
      for (const pending of this.#pending.values()) pending.reject(error);
    });
  }

  /** @throws Error with the message of the error that the method threw, or if the process ends. */
  async call<N extends keyof M & string>(
    method: N,
    ...[argument]: Parameters<M[N]>
  ): Promise<Awaited<ReturnType<M[N]>>> {
    const id = ++this.#calls;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    this.#child.send({ id, method, argument } satisfies Call, (error) => {
      if (error) pending.reject(error);
    });
    return (await pending.promise) as Awaited<ReturnType<M[N]>>;
  }

  /** Stops the process and waits for its end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}

/** The helper's side: answers calls until the parent disconnects. */
export function serve(methods: Methods): void {
  process.on("disconnect", () => process.exit(0));
  process.on("message", async ({ id, method, argument }: Call) => {
    process.send?.(await answer(id, methods[method], argument));
  });
}

async function answer(id: number, method: Methods[string] | undefined, argument: unknown): Promise<Answer> {
  try {
    return { id, result: await method?.(argument as never) };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}
